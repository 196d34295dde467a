// The deployed stack as a browser's person uses it: signing in with a code from an email, and visits that leave no complaint.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expectSound, launch, open } from './browser.mjs';

const SITE = process.env.PORTAL_SITE_URL;
const EMULATOR = process.env.PORTAL_EMULATOR_URL;
export const PASSWORD = process.env.PORTAL_DEMO_PASSWORD;
const DESK = fileURLToPath(new URL('../journeys/desk.py', import.meta.url));

/** The emails to somebody, oldest first. The emulator's own address: Node does not resolve names under .localhost. */
async function emails(to) {
  const answer = await fetch(`${EMULATOR}/_ministack/ses/messages`);
  const { messages } = await answer.json();
  return Object.values(messages).flat().filter((email) => email.To.includes(to)).sort((a, b) => a.Timestamp - b.Timestamp);
}

/** The emails to somebody, once there are that many. */
export async function emailTo(to, count) {
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const found = await emails(to);
    if (found.length >= count) return found;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return assert.fail(`there are no ${count} emails to ${to}`);
}

/** The code of the next email to somebody, once it is there. */
async function codeAfter(known, to) {
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const codes = (await emails(to)).slice(known).flatMap((email) => email.BodyText.match(/^\s*(\d{6})\s*$/m)?.[1] ?? []);
    if (codes.length) return codes.at(-1);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return assert.fail(`no code was sent to ${to}`);
}

/** What no browser does: spreadsheets, the council's files, the payment run. */
export const desk = (...told) => JSON.parse(execFileSync('python', [DESK, ...told], { encoding: 'utf8' }));

export async function signIn(page, email, password = PASSWORD) {
  const known = (await emails(email)).length;
  await page.goto('/');
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/sign-in/code/');
  await page.getByLabel('Code from the email').fill(await codeAfter(known, email));
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Visits in a browser of their own. Each is somebody's afternoon in a page of its own, which the browser has nothing to
 * complain about. The README shows some of its pages: `make screenshots` takes them anew. */
export function visits() {
  let browser;

  before(async () => { browser = await launch(); });
  after(() => browser?.close());

  return (name, work) => {
    test(name, async () => {
      const opened = [];
      /** Somebody else's window, signed in. */
      const another = async () => {
        const window = await open(browser, { base: SITE });
        window.page.setDefaultTimeout(30_000);
        opened.push(window);
        const sound = async (picture) => {
          await expectSound(window.page, window.complaints);
          if (!picture || !process.env.PORTAL_SCREENSHOTS) return;
          // Its pictures are there too, and its top is what is shown.
          await window.page.waitForLoadState('networkidle');
          await window.page.evaluate(() => window.scrollTo(0, 0));
          await window.page.screenshot({ path: `${process.env.PORTAL_SCREENSHOTS}/${picture}.png` });
        };
        return { page: window.page, sound };
      };
      try {
        const { page, sound } = await another();
        await work(page, sound, another);
        for (const { complaints } of opened) assert.deepEqual(complaints, []);
      } finally {
        for (const { close } of opened) await close();
      }
    });
  };
}
