export const GET = ({ locals }) => Response.json([`greet ${locals.user}`])
