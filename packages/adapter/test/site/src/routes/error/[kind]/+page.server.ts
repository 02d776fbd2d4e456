import { error } from '@sveltejs/kit'

export const load = ({ params }) => {
  if (params.kind === 'expected') error(418, 'Short and stout')
  throw new Error('unexpected')
}
