import { expectTypeOf } from 'vitest'
import { createLiveValue, createReconnector } from '../../src/client/index.ts'
import type { ConnectionStatus, CreateSubscriber, LiveValue } from '../../src/client/index.ts'
import { KitrtError, reportError } from '../../src/index.ts'
import type { KitrtErrorCode, OnError } from '../../src/index.ts'
import { shared } from '../../src/server/index.ts'

declare const createSubscriber: CreateSubscriber

// A KitrtError tells its code by a closed list.
expectTypeOf(new KitrtError('closed', '').code).toEqualTypeOf<KitrtErrorCode>()
// @ts-expect-error -- no such code
export const unknownCode: KitrtError = new KitrtError('nonsense', '')

expectTypeOf(reportError).toEqualTypeOf<OnError>()
// @ts-expect-error -- a report says its stage
reportError(new Error('x'), {})

// The value is what the initial one is, or what is said.
expectTypeOf(createLiveValue({ initial: 1, live: true, createSubscriber })).toEqualTypeOf<
  LiveValue<number>
>()
expectTypeOf(
  createLiveValue<string | undefined>({ initial: undefined, live: true, createSubscriber }).current,
).toEqualTypeOf<string | undefined>()

const reconnector = createReconnector({ open: () => () => {} })
expectTypeOf(reconnector.status).toEqualTypeOf<ConnectionStatus>()
// @ts-expect-error -- status is told, not set
reconnector.status = 'open'
// @ts-expect-error -- only 'idle' and 'closed' are ends that a caller may say
reconnector.stop('refused')
// @ts-expect-error -- a transport returns its stop
createReconnector({ open: () => {} })

expectTypeOf(shared('name', () => new Set<string>())).toEqualTypeOf<Set<string>>()
