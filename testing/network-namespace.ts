import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A network of its own on this machine, behind one cable. */
export interface NetworkNamespace {
  /** The address of this machine, as it is seen from there. */
  host: string
  /** What runs a command there. */
  exec: string[]
  /** Pulls the cable, of which nobody is told, or plugs it in. */
  link(state: 'up' | 'down'): Promise<void>
  /** Takes its address away and gives it another. */
  move(): Promise<void>
  remove(): Promise<void>
}

/** Of RFC 2544's range for tests of networks, which nobody routes. */
const subnet = `198.18.${process.pid % 256}`

/** @returns why there is none: only root may make one, with `ip` of iproute2, on Linux */
export async function createNetworkNamespace(): Promise<NetworkNamespace | string> {
  const name = `kitrt${process.pid}`
  const ip = (...args: string[]): Promise<unknown> => run('ip', args)
  const remove = async (): Promise<void> => {
    // A connection that nobody has ended would keep the cable for minutes.
    await ip('link', 'del', name).catch(() => {})
    await ip('netns', 'del', name)
  }
  try {
    await ip('netns', 'add', name)
  } catch (error) {
    return `needs 'ip netns': ${(error as Error).message.trim()}`
  }
  try {
    await ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    await ip('addr', 'add', `${subnet}.1/24`, 'dev', name)
    await ip('link', 'set', name, 'up')
    await ip('-n', name, 'addr', 'add', `${subnet}.2/24`, 'dev', 'eth0')
    await ip('-n', name, 'link', 'set', 'eth0', 'up')
  } catch (error) {
    await remove()
    return `needs a veth: ${(error as Error).message.trim()}`
  }
  let last = 2
  return {
    host: `${subnet}.1`,
    exec: ['ip', 'netns', 'exec', name],
    async link(state: 'up' | 'down') {
      await ip('link', 'set', name, state)
    },
    async move() {
      await ip('-n', name, 'addr', 'del', `${subnet}.${last}/24`, 'dev', 'eth0')
      await ip('-n', name, 'addr', 'add', `${subnet}.${++last}/24`, 'dev', 'eth0')
    },
    remove,
  }
}
