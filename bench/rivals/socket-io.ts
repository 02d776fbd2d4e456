// Socket.IO, which emits to a room.
import { Server } from 'socket.io'
import { listen } from './listen.ts'

const server = listen((event) => io.to('all').emit('event', event))
const io = new Server(server, { transports: ['websocket'] })
io.on('connection', (socket) => void socket.join('all'))
