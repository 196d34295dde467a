// What people do on the pages, with canned answers: by keyboard, with mistakes, and with things changing under them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open } from './browser.mjs';
import * as data from './mock/data.mjs';
import { serve } from './mock/server.mjs';

const STATEMENT = '/scheduled-payments/statement/?contract=C3001&period=2026-10-26';
const API = '/api/scheduled-payments/C3001/2026-10-26';
const signedOut = data.problem(401, 'signed-out', 'You are signed out');

let browser;
let portal;

before(async () => {
  [browser, portal] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser?.close();
  await portal?.close();
});

/** A test in a page of its own, which the browser has nothing to complain about. */
function task(name, answers, work) {
  test(name, async () => {
    portal.answer(answers);
    const { page, complaints, close } = await open(browser, { base: portal.url });
    try {
      await work(page);
      assert.deepEqual(complaints, []);
    } finally {
      await close();
    }
  });
}

const sent = (path) => portal.asked.filter(({ key }) => key === `POST ${path}`).map(({ body }) => body);
const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);

/** Presses Tab until the focused element has this text; fails rather than going round for ever. */
async function tabTo(page, text) {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(() => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      return { text: (element.labels?.[0] ?? element).textContent.trim(), tag: element.tagName, seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight };
    });
    if (here.tag !== 'BODY') assert.ok(here.seen, `the focus on "${here.text}" can be seen`);
    if (here.text.startsWith(text)) return;
  }
  assert.fail(`Tab never comes to "${text}"`);
}

task('a person signs in with an emailed code and comes to the page they wanted', { 'GET /api/session': signedOut }, async (page) => {
  await page.goto(STATEMENT);
  await page.waitForURL(/\/\?return=/);
  await page.getByLabel('Email address').fill('tahira.mian@meadow.example');
  await page.getByLabel('Password', { exact: true }).fill('Correct horse 9');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-in/code/');
  portal.answers = { ...portal.answers, 'GET /api/session': data.session };
  await page.getByLabel('Code from the email').fill('123456');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${STATEMENT}`);
  await page.getByRole('heading', { level: 1, name: /Meadow View residential/ }).waitFor();
  assert.deepEqual(sent('/api/sign-in'), [{ email: 'tahira.mian@meadow.example', password: 'Correct horse 9' }]);
  assert.deepEqual(sent('/api/sign-in/code'), [{ challenge: 'c-1', step: 'emailed_code', code: '123456' }]);
});

task('the digits of the security code are asked for by their places', { 'POST /api/sign-in': data.digitsChallenge, 'GET /api/session': signedOut }, async (page) => {
  await page.goto('/');
  await page.getByLabel('Email address').fill('a@b.example');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('2nd digit').fill('4');
  await page.getByLabel('5th digit').fill('7');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/home/**');
  assert.deepEqual(sent('/api/sign-in/code'), [{ challenge: 'c-1', step: 'memorable_digits', code: '47' }]);
});

for (const elsewhere of ['https://elsewhere.example/', '//elsewhere.example/', '/\\elsewhere.example', 'javascript:alert(1)']) {
  task(`the way back never leads away from the portal: ${elsewhere}`, {}, async (page) => {
    await page.goto(`/choose-provider/?return=${encodeURIComponent(elsewhere)}`);
    await page.getByRole('button', { name: /Larch Court/ }).click();
    await page.waitForURL(`${portal.url}/home/`);
    assert.deepEqual(sent('/api/providers/selection'), [{ provider_ref: 'P1003' }]);
  });
}

task('a statement is confirmed by keyboard alone, and the focus is always seen', {}, async (page) => {
  await page.goto(STATEMENT);
  await page.locator('.govuk-tabs__tab[role=tab]').first().waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Skip to main content');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Payable (6)');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(page), 'Non-payable (1)');
  await page.locator('#non-payable').waitFor();
  await page.keyboard.press('ArrowLeft');
  await tabTo(page, 'Comment');
  await page.keyboard.type('All as agreed');
  await tabTo(page, 'Confirm statement');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('You have confirmed this statement.').waitFor();
  assert.match(await focused(page), /You have confirmed/);
  assert.deepEqual(sent(`${API}/confirmation`), [{ digest: 'd1', comment: 'All as agreed' }]);
});

task('single lines are queried with a comment each and the rest is confirmed', {}, async (page) => {
  await page.goto(STATEMENT);
  await page.getByRole('checkbox', { name: /Query Miss Wednesday Ashdown, 26 Oct to 22 Nov 2026, £3,461.84/ }).check();
  await page.getByLabel(/What is wrong with this line\? Miss Wednesday Ashdown, 26 Oct to 22 Nov 2026, £3,461.84/).fill('She left on 12 November');
  await page.getByText('You are querying 1 line, £3,461.84 altogether.').waitFor();
  await page.getByRole('button', { name: 'Query 1 line and confirm the rest' }).click();
  await page.getByText('but for the lines you queried').waitFor();
  assert.deepEqual(sent(`${API}/queries`), [{ digest: 'd1', comment: '', lines: [{ item_id: '5F1C09A2B7D34E60', comment: 'She left on 12 November' }] }]);
});

const needComment = data.problem(422, 'comment-needed', 'Say why', [{ field: 'comment', message: 'Enter why you reject this statement' }]);
task('a rejection without a comment leads from the summary to the field and keeps what was typed', { [`POST ${API}/rejection`]: needComment }, async (page) => {
  await page.goto(STATEMENT);
  await page.getByLabel('Comment').fill('   ');
  await page.getByRole('button', { name: 'Reject statement' }).click();
  const link = page.getByRole('alert').getByRole('link', { name: 'Enter why you reject this statement' });
  await link.waitFor();
  assert.match(await page.title(), /^Error: /);
  assert.match(await focused(page), /There is a problem/);
  await link.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'comment');
  assert.equal(await page.getByLabel('Comment').inputValue(), '   ');
  assert.match(await page.getByLabel('Comment').getAttribute('aria-describedby'), /comment-error/);
  portal.answers = { ...portal.answers, [`POST ${API}/rejection`]: data.confirmed };
  await page.getByLabel('Comment').fill('Not our client');
  await page.getByRole('button', { name: 'Reject statement' }).click();
  await page.getByText('You have rejected this statement.').waitFor();
  assert.doesNotMatch(await page.title(), /^Error: /);
  assert.deepEqual(sent(`${API}/rejection`).map(({ comment }) => comment), ['   ', 'Not our client']);
});

const needWords = data.problem(422, 'comment-needed', 'Say what is wrong', [{ field: 'REVERSAL00000001', message: 'Say what is wrong' }]);
task('a problem with a queried line leads to that line', { [`POST ${API}/queries`]: needWords }, async (page) => {
  await page.goto(STATEMENT);
  const boxes = page.getByRole('checkbox', { name: /^Query/ });
  await boxes.nth(0).check();
  await boxes.nth(2).check();
  await page.getByRole('button', { name: /Query 2 lines/ }).click();
  await page.getByRole('alert').getByRole('link', { name: 'Say what is wrong' }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'query-REVERSAL00000001-comment');
});

const changed = data.problem(409, 'statement-changed', 'the statement changed since it was read');
task('a statement that changed meanwhile is shown as it is now, and nothing typed is lost', { [`POST ${API}/queries`]: changed }, async (page) => {
  await page.goto(STATEMENT);
  await page.getByRole('checkbox', { name: /^Query/ }).first().check();
  await page.getByLabel(/What is wrong/).first().fill('She left');
  await page.getByLabel('Comment').fill('Please look');
  await page.getByRole('button', { name: /Query 1 line/ }).click();
  await page.getByText('The statement changed since it was read.').waitFor();
  portal.answer({ [`GET ${API}`]: { ...data.statement, digest: 'd2', totals: { total: '1.00', payable: '1.00', non_payable: '0.00' } } });
  await page.getByRole('button', { name: 'Show the statement as it is now' }).click();
  await page.getByText('£1.00').first().waitFor();
  assert.equal(await page.getByLabel('Comment').inputValue(), 'Please look');
  assert.equal(await page.getByLabel(/What is wrong/).first().inputValue(), 'She left');
  await page.getByRole('button', { name: /Query 1 line/ }).click();
  await page.getByText('but for the lines you queried').waitFor();
  assert.equal(sent(`${API}/queries`)[0].digest, 'd2');
});

task('a session that ended while somebody typed keeps the page and offers to sign in beside it', { [`POST ${API}/confirmation`]: signedOut }, async (page) => {
  await page.goto(STATEMENT);
  await page.getByLabel('Comment').fill('All right');
  await page.getByRole('button', { name: 'Confirm statement' }).click();
  const again = page.getByRole('link', { name: 'Sign in again in a new tab' });
  await again.waitFor();
  assert.match(await again.getAttribute('href'), /^\/\?return=%2Fscheduled-payments/);
  assert.equal(await page.getByLabel('Comment').inputValue(), 'All right');
});

task('a button pressed twice sends once', {}, async (page) => {
  let release;
  await page.route(`**${API}/confirmation`, async (route) => {
    await new Promise((resolve) => { release = resolve; });
    await route.continue();
  });
  await page.goto(STATEMENT);
  const confirm = page.getByRole('button', { name: 'Confirm statement' });
  await confirm.click();
  await confirm.click({ force: true });
  assert.equal(await confirm.getAttribute('aria-disabled'), 'true');
  release();
  await page.getByText('You have confirmed this statement.').waitFor();
  assert.equal(sent(`${API}/confirmation`).length, 1);
});

task('what is outstanding of a finalised statement can still be confirmed', { [`GET ${API}`]: data.finalisedStatement }, async (page) => {
  await page.goto(STATEMENT);
  await page.getByRole('button', { name: 'Confirm what is outstanding' }).click();
  await page.getByText('You have confirmed this statement.').waitFor();
  assert.deepEqual(sent(`${API}/confirmation`), [{ digest: 'd1', comment: '' }]);
});

task('somebody who may only look is not asked to respond', { [`GET ${API}`]: { ...data.statement, can_respond: false } }, async (page) => {
  await page.goto(STATEMENT);
  await page.locator('.govuk-tabs').waitFor();
  assert.equal(await page.getByRole('checkbox').count(), 0);
  assert.equal(await page.getByRole('button', { name: /Confirm|Reject/ }).count(), 0);
});

task('two thousand care packages come a hundred at a time and the page can be sent to somebody', { 'GET /api/care-packages': data.manyCarePackages }, async (page) => {
  await page.goto('/care-packages/');
  await page.getByText('1 to 100 of 2,000 care packages').waitFor();
  await page.getByRole('link', { name: 'Next page' }).click();
  await page.getByText('101 to 200 of 2,000 care packages').waitFor();
  assert.match(page.url(), /page=2$/);
  assert.equal(await page.locator('tbody tr[role=row]:not(.portal-table__extra) > [role=rowheader]').count() >= 100, true);
  await page.goBack();
  await page.getByText('1 to 100 of 2,000 care packages').waitFor();
});

task('the filters of care packages are asked of the server and kept in the form and in the download', {}, async (page) => {
  await page.goto('/care-packages/');
  await page.getByLabel('Service', { exact: true }).selectOption('S4001');
  await page.getByLabel(/Include historical/).check();
  await page.getByRole('button', { name: 'View' }).click();
  await page.waitForURL(/service=S4001/);
  await page.locator('[data-list]').waitFor();
  assert.deepEqual(portal.asked.filter(({ key }) => key === 'GET /api/care-packages').at(-1).query, { service: 'S4001', include_historical: 'true' });
  assert.equal(await page.getByLabel('Service', { exact: true }).inputValue(), 'S4001');
  assert.ok(await page.getByLabel(/Include historical/).isChecked());
  assert.equal(await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href'), '/api/care-packages/download.csv?service=S4001&include_historical=true');
});

const choose = data.problem(409, 'choose-provider', 'Choose a provider');
task('somebody without a chosen provider chooses one and comes back', { 'GET /api/care-packages': choose }, async (page) => {
  await page.goto('/care-packages/');
  await page.waitForURL(/choose-provider\/\?return=%2Fcare-packages%2F/);
  portal.answers = { ...portal.answers, 'GET /api/care-packages': data.carePackages };
  await page.getByRole('button', { name: /Larch Court/ }).click();
  await page.waitForURL('**/care-packages/');
});

task('signing out forgets what this tab kept', {}, async (page) => {
  await page.goto('/home/');
  await page.getByText('Tahira Mian').waitFor();
  portal.answers = { ...portal.answers, 'GET /api/session': signedOut };
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/?signed-out=yes');
  await page.getByText('You are signed out.').waitFor();
  assert.equal(sent('/api/sign-out').length, 1);
  assert.equal(await page.evaluate(() => sessionStorage.getItem('portal.challenge')), null);
});

task('what somebody writes is shown as text, whatever it says', { [`GET ${API}`]: { ...data.confirmed, warning: '<img src=x onerror=alert(1)>', response: { ...data.confirmed.response, comment: '<script>alert(1)</script>' } } }, async (page) => {
  await page.goto(STATEMENT);
  await page.getByText('<script>alert(1)</script>').waitFor();
  await page.getByText('<img src=x onerror=alert(1)>').waitFor();
});

task('on paper a statement has both its tabs and nothing to press', {}, async (page) => {
  await page.goto(STATEMENT);
  await page.locator('.govuk-tabs__tab[role=tab]').first().waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.locator('#payable').isVisible());
  assert.ok(await page.locator('#non-payable').isVisible());
  assert.equal(await page.getByRole('button').filter({ visible: true }).count(), 0);
  assert.equal(await page.getByRole('checkbox').filter({ visible: true }).count(), 0);
});

task('setting up an authenticator app shows its square as an image and its key as text', {}, async (page) => {
  await page.goto('/account/');
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
  await page.getByText('JBSW Y3DP EHPK').waitFor();
  const loaded = await page.locator('.portal-qr').evaluate(async (image) => { await image.decode(); return image.naturalWidth > 0; });
  assert.ok(loaded);
  await page.getByLabel('Code from the app').fill('123456');
  await page.getByRole('button', { name: 'Finish setting up' }).click();
  await page.getByText('Your authenticator app is set up.').first().waitFor();
});
