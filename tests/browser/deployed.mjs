// The portal as it is deployed, with its demo data, in a real browser. `infra/local.py test` says where it is.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { expectSound, launch, open } from './browser.mjs';

const SITE = process.env.PORTAL_SITE_URL;
const EMULATOR = process.env.PORTAL_EMULATOR_URL;
const PASSWORD = process.env.PORTAL_DEMO_PASSWORD;
const CLERK = 'imogen.tarrant@marramcare.example';
const VIEWER = 'desmond.achterberg@marramcare.example';

/** The emails to somebody, oldest first. The emulator's own address: Node does not resolve names under .localhost. */
async function emails(to) {
  const answer = await fetch(`${EMULATOR}/_ministack/ses/messages`);
  const { messages } = await answer.json();
  return Object.values(messages).flat().filter((email) => email.To.includes(to)).sort((a, b) => a.Timestamp - b.Timestamp);
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

async function signIn(page, email) {
  const known = (await emails(email)).length;
  await page.goto('/');
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/sign-in/code/');
  await page.getByLabel('Code from the email').fill(await codeAfter(known, email));
  await page.getByRole('button', { name: 'Continue' }).click();
}

describe('the deployed portal', () => {
  let browser;

  before(async () => { browser = await launch(); });
  after(() => browser?.close());

  /** Somebody's afternoon in a page of its own, which the browser has nothing to complain about. The README shows some of
   * its pages: `make screenshots` takes them anew. */
  function visit(name, work) {
    test(name, async () => {
      const { page, complaints, close } = await open(browser, { base: SITE });
      page.setDefaultTimeout(30_000);
      try {
        await work(page, async (name) => {
          await expectSound(page, complaints);
          if (name && process.env.PORTAL_SCREENSHOTS) await page.screenshot({ path: `${process.env.PORTAL_SCREENSHOTS}/${name}.png` });
        });
        assert.deepEqual(complaints, []);
      } finally {
        await close();
      }
    });
  }

  visit('a clerk signs in, reads the open statement and confirms it', async (page, sound) => {
    await page.goto('/');
    await page.getByLabel('Email address').waitFor();
    await sound('sign-in');
    await signIn(page, CLERK);
    await page.waitForURL('**/choose-provider/**');
    await sound();
    await page.getByRole('button', { name: /Gannet House/ }).click();
    await page.waitForURL('**/home/');
    await page.getByRole('heading', { name: /Scheduled payments/ }).first().waitFor();
    await sound('home');
    await page.goto('/care-packages/');
    await page.getByRole('table').getByText('Permanent - Residential').first().waitFor();
    await sound('care-packages');
    await page.goto('/scheduled-payments/');
    const open = page.getByRole('row').filter({ hasText: /current/i }).getByRole('link').first();
    await open.waitFor();
    await sound('scheduled-payments');
    await open.click();
    await page.waitForURL('**/scheduled-payments/statement/**');
    await page.getByText(/× £865\.46 a week × 28 days ÷ 7 = £3,461\.84/).first().waitFor();
    await sound('statement');
    await page.getByRole('button', { name: 'Confirm statement' }).click();
    await page.getByRole('alert').getByText('You have confirmed this statement.').waitFor();
    await sound();
    await page.reload();
    await page.getByText(/confirmed .*by Imogen Tarrant|Imogen Tarrant confirmed/i).first().waitFor();
  });

  visit('a viewer reads a finalised statement and its remittance advice, and is not asked to respond', async (page, sound) => {
    await signIn(page, VIEWER);
    await page.waitForURL('**/home/');
    await page.goto('/scheduled-payments/');
    const paid = page.getByRole('row').filter({ hasText: /finalised/i }).getByRole('link').first();
    await paid.click();
    await page.waitForURL('**/scheduled-payments/statement/**');
    await page.locator('.govuk-tabs').waitFor();
    assert.equal(await page.getByRole('button', { name: /Confirm|Reject/ }).count(), 0);
    await sound();
    await page.getByRole('link', { name: /remittance/i }).first().click();
    await page.waitForURL('**/scheduled-payments/remittance/**');
    await page.getByRole('table').first().waitFor();
    await sound('remittance');
  });

  visit('a page that is not there says so, under the same headers as every page', async (page, sound) => {
    const answer = await page.goto('/nothing/here/');
    assert.equal(answer.status(), 404);
    const headers = answer.headers();
    assert.match(headers['content-security-policy'], /default-src 'self'/);
    assert.doesNotMatch(headers['content-security-policy'], /unsafe/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(headers['strict-transport-security'], /max-age=\d{8}/);
    await sound();
  });
});
