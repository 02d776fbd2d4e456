// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { createScope } from '../../../src/scope.ts'
import type { Scope } from '../../../src/scope.ts'
import { keyedScope } from '../keyed-scope.ts'
import { readBlock } from '../read-block.ts'
import { insertDataBlock } from '../../../src/server/data-block.ts'

const scopeOf = (values: Record<string, unknown>): Scope =>
  keyedScope(Object.fromEntries(Object.entries(values).map(([key, value]) => [key, () => value])))

const block = /<script type="application\/json" id="kitrt-stores">(.*?)<\/script>/s

/** The page with the block marked, so that its place can be seen. */
const placed = (html: string): string =>
  insertDataBlock(html, scopeOf({ a: 1 })).replace(block, '[block]')

/** The values as the browser reads them. */
const carried = (values: Record<string, unknown>): Record<string, unknown> => {
  const html = insertDataBlock('<head></head>', scopeOf(values))
  return readBlock(html)
}

describe('the place of the block', () => {
  test('is the end of the head', () => {
    expect(placed('<html><head><title>x</title></head><body></body></html>')).toBe(
      '<html><head><title>x</title>[block]</head><body></body></html>',
    )
  })

  test.each([
    ['a comment', '<!-- </head> -->'],
    ['a comment of several lines', '<!--\n</head>\n-->'],
    ['a script', '<script>const end = "</head>"</script>'],
    ['a script with attributes', '<script type="module" nonce="x">"</head>"</script>'],
    ['a script whose end has a space', '<script>"</head>"</script >'],
    ['a style', '<style>a::after { content: "</head>" }</style>'],
    ['a title', '<title></head></title>'],
    ['a noscript', '<noscript></head></noscript>'],
    ['a template', '<template></head></template>'],
    ['uppercase', '<SCRIPT>"</head>"</SCRIPT>'],
    ['a comment in a script', '<script>/* <!-- */ "</head>"</script>'],
    ['a script in a comment', '<!-- <script> </head> -->'],
    ['several of them', '<!-- </head> --><script>"</head>"</script><!-- </head> -->'],
  ])('is not in %s', (_, text) => {
    expect(placed(`<head>${text}</head><body></body>`)).toBe(
      `<head>${text}[block]</head><body></body>`,
    )
  })

  test.each(['</HEAD>', '</head >', '</head\n>'])('knows %j', (end) => {
    expect(placed(`<head>${end}<body>`)).toBe(`<head>[block]${end}<body>`)
  })

  test('is the first end of the head, whatever the body says', () => {
    expect(placed('<head></head><body></head></body>')).toBe(
      '<head>[block]</head><body></head></body>',
    )
  })

  test('is the end of the page where the tag was left out, but not of its later parts', () => {
    const scope = scopeOf({ a: 1 })
    const told = new Map<string, string>()
    expect(insertDataBlock('<title>x</title><p>hello', scope, told)).toMatch(
      /hello<script .*<\/script>$/,
    )
    expect(insertDataBlock('<script>later</script>', scope, told)).toBe('<script>later</script>')
  })

  test('a page without values stays as it is, to the byte', () => {
    const html = '<head></head>'
    expect(insertDataBlock(html, createScope())).toBe(html)
  })

  test('the page’s own dollar signs stay', () => {
    expect(placed('<head>$& $1 $$</head>')).toBe('<head>$& $1 $$[block]</head>')
  })
})

describe('the values', () => {
  test.each([
    ['zero', 0],
    ['an empty string', ''],
    ['false', false],
    ['null', null],
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['minus zero', -0],
    ['a date', new Date(0)],
    ['a map', new Map([['a', 1]])],
    ['a set', new Set([1])],
    ['a bigint', 1n],
    ['a pattern', /a+/gi],
    ['an address', new URL('https://kit.example/a?b#c')],
    ['bytes', new Uint8Array([1, 2])],
    ['a hole', [1, undefined, 3]],
    ['dollar signs', '$& $1 $$'],
    ['line separators', '\u2028\u2029\0'],
    ['markup', '</script><script>alert(1)</script><!-- <script>'],
  ])('%s comes through', (_, value) => {
    const values = carried({ value })
    expect(Object.hasOwn(values, 'value')).toBe(true)
    expect(values['value']).toEqual(value)
  })

  test('one that contains itself comes through', () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    const { value } = carried({ value: circle }) as { value: typeof circle }
    expect(value.self).toBe(value)
  })

  test('an object that a value holds twice stays one', () => {
    const both = { n: 1 }
    const [one, other] = carried({ a: [both, both] })['a'] as object[]
    expect(one).toBe(other)
  })

  test.each(['</script>', '</SCRIPT>', '<!--', '<script>', '<', '</head>'])(
    'no %s can leave the element',
    (text) => {
      const html = insertDataBlock('<head></head>', scopeOf({ [text]: text }))
      expect(html.match(/</g)).toHaveLength(4)
      expect(readBlock(html)).toEqual({ [text]: text })
    },
  )

  test('are read when the page is written', () => {
    let value = 'early'
    const scope = keyedScope({ a: () => value })
    value = 'late'
    expect(insertDataBlock('<head></head>', scope)).toContain('late')
  })
})

test('is not in an attribute that says </head>', () => {
  expect(placed('<head><meta content="</head>"><meta content=\'</head>\'></head>')).toBe(
    '<head><meta content="</head>"><meta content=\'</head>\'>[block]</head>',
  )
})

test('a value that cannot be sent is an error that names its store', () => {
  expect(() => insertDataBlock('<head></head>', scopeOf({ fine: 1, mine: { f() {} } }))).toThrow(
    expect.objectContaining({
      name: 'KitrtError',
      code: 'not-serializable',
      message: expect.stringContaining("the store 'mine'") as string,
    }),
  )
})
