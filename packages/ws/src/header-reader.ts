/** Headers of a request, whoever parsed them. */
export type HeaderReader = (name: string) => string | null | undefined
