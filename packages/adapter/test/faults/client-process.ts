// A process of its own: one client for each transport, which follow a journal and print what they are told.
import process from 'node:process'
import { createSession } from '@kitrt/core/client'
import { readJournal } from './journal-reader.ts'
import { transportNames, transports } from './transports.ts'

const [url = '', id = ''] = process.argv.slice(2)

const readers = transportNames.map((name) => ({
  name,
  ...readJournal(
    { session: createSession({ url, transports: [transports[name]()], base: 20, cap: 200 }) },
    id,
  ),
}))
let said = ''
setInterval(() => {
  const now = JSON.stringify(
    readers.map(({ name, following, events }) => ({ name, status: following.status, events })),
  )
  if (now !== said) console.log(now)
  said = now
}, 20)
