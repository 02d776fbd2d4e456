/** The variants of static files, by their content coding, and how the names of their files end. */
export const suffixes = { br: '.br', gzip: '.gz', zstd: '.zst' } as const

export type Coding = keyof typeof suffixes

export const codings = Object.keys(suffixes) as Coding[]
