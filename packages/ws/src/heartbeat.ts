/**
 * The text with which our client asks an open socket whether it still lives, and with which a
 * socket route answers; handlers and readers never see it. Why a message: browsers can neither send
 * nor see the protocol's own pings. Why NUL: no app sends it, and as text it costs one byte.
 */
export const heartbeat = '\0'
