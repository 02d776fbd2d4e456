/** Edited by the test of hot updates. */
export const edition = 0
