import { existsSync } from 'node:fs'
import process from 'node:process'
import sparticuz from '@sparticuz/chromium'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'

const installed = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** A Chromium: the machine's, or the one that came with `npm ci`. */
export async function browserPath(): Promise<string> {
  return (
    installed.find((path) => path !== undefined && existsSync(path)) ??
    (await sparticuz.executablePath())
  )
}

export interface LaunchOptions {
  /** Whether pages may wait in the back/forward cache, if the browser has one. @default false, as Playwright has it */
  backForwardCache?: boolean
}

/**
 * @throws with one sentence when no browser starts on this machine
 */
export async function launchBrowser({
  backForwardCache = false,
}: LaunchOptions = {}): Promise<Browser> {
  const executablePath = await browserPath()
  try {
    return await chromium.launch({
      executablePath,
      ignoreDefaultArgs: backForwardCache ? ['--disable-back-forward-cache'] : [],
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    })
  } catch (cause) {
    throw new Error(
      `The browser at ${executablePath} does not start: install Chromium, or name one in CHROMIUM_PATH.`,
      { cause },
    )
  }
}

export interface Visitor {
  page: Page
  context: BrowserContext
  /** Errors, warnings and uncaught exceptions of the page so far. */
  complaints: string[]
}

/** A visitor with cookies of their own. */
export async function visit(browser: Browser, url: string, user?: string): Promise<Visitor> {
  const context = await browser.newContext()
  if (user) await context.addCookies([{ name: 'user', value: user, url: new URL(url).origin }])
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  // A reconnecting page may wait for its backoff first, 20 s at most.
  page.setDefaultTimeout(40_000)
  await page.goto(url)
  return { page, context, complaints }
}
