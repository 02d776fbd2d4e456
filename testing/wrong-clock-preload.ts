// What a runtime loads before a program whose clock shall be wrong: `--import` of Node, `--preload` of Bun and Deno.
import { setWrongClock } from './wrong-clock.ts'

setWrongClock()
