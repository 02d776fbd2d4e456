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

/** The machine's Chromium. */
export const installedBrowser = (): string | undefined =>
  installed.find((path) => path !== undefined && existsSync(path))

/** A Chromium: the machine's, or the one that came with `npm ci`. */
export const browserPath = async (): Promise<string> =>
  installedBrowser() ?? (await sparticuz.executablePath())

export interface LaunchOptions {
  /** @default {@link browserPath} */
  executablePath?: string | undefined
  env?: Record<string, string> | undefined
  /** Whether pages may wait in the back/forward cache, if the browser has one. @default false, as Playwright has it */
  backForwardCache?: boolean
}

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** A browser that can be stopped as its machine's sleep does. */
export interface SleepyBrowser {
  browser: Browser
  /** Stops each of its processes, until the returned end is called. */
  sleep(): () => void
  close(): Promise<void>
}

/** Launches a browser whose processes are known. */
export async function launchSleepyBrowser(): Promise<SleepyBrowser> {
  const server = await chromium.launchServer({ executablePath: await browserPath(), args })
  const browser = await chromium.connect(server.wsEndpoint())
  const { pid } = server.process()
  if (pid === undefined) throw new Error('the browser has no process')
  return {
    browser,
    sleep() {
      // They are a group of their own.
      process.kill(-pid, 'SIGSTOP')
      return () => process.kill(-pid, 'SIGCONT')
    },
    async close() {
      await browser.close()
      await server.close()
    },
  }
}

/**
 * @throws with one sentence when no browser starts on this machine
 */
export async function launchBrowser({
  executablePath,
  env,
  backForwardCache = false,
}: LaunchOptions = {}): Promise<Browser> {
  executablePath ??= await browserPath()
  try {
    return await chromium.launch({
      executablePath,
      env,
      ignoreDefaultArgs: backForwardCache ? ['--disable-back-forward-cache'] : [],
      args,
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
