import process from 'node:process'
import { closeConnections } from '@kitrt/core/server'
import { attach } from '@kitrt/ws/node'
import { handler } from './build/handler.js'
import { server } from './build/index.js'

// The server of adapter-node, with its own variables (PORT, HOST, …), has begun to listen.
const detach = attach(server, handler)

process.on('SIGTERM', () => {
  // adapter-node waits for open sockets: they are told to come back, to the next process.
  closeConnections()
  // Those that do not answer are dropped after a second.
  setTimeout(detach, 1000).unref()
})
