// What people do on the pages, with canned answers: by keyboard, with mistakes, and with things changing under them.

import assert from 'node:assert/strict';
import { focused, portal, sent, tabTo, task } from './harness.mjs';
import * as actuals from './mock/actuals.mjs';
import * as data from './mock/data.mjs';
import * as invoices from './mock/invoices.mjs';

const STATEMENT = '/scheduled-payments/statement/?contract=C3001&period=2026-10-26';
const API = '/api/scheduled-payments/C3001/2026-10-26';
const signedOut = data.problem(401, 'signed-out', 'You are signed out');

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
  assert.equal(await page.getByRole('link', { name: 'Excel' }).getAttribute('href'), '/api/care-packages/download.xlsx?service=S4001&include_historical=true');
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
  await page.fill('#totp-start-password', 'Teal-Kettle-42');
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
  await page.getByText('JBSW Y3DP EHPK').waitFor();
  const loaded = await page.locator('.portal-qr').evaluate(async (image) => { await image.decode(); return image.naturalWidth > 0; });
  assert.ok(loaded);
  await page.getByLabel('Code from the app').fill('123456');
  await page.getByRole('button', { name: 'Finish setting up' }).click();
  await page.getByText('Your authenticator app is set up.').first().waitFor();
});

const wrongPassword = data.problem(422, 'password-wrong', 'The password is not right.', [{ field: 'password', message: 'Enter your password as it is now' }]);

task('a session is ended with the password, which is asked for beside the sessions', { 'POST /api/account/sessions/s2/end': ({ body }) => (body.password ? {} : wrongPassword) }, async (page) => {
  await page.goto('/account/');
  const one = page.getByRole('button', { name: /^Sign out of / });
  await one.click();
  await page.locator('.govuk-error-summary').getByRole('link', { name: 'Enter your password as it is now' }).click();
  await page.keyboard.type('Teal-Kettle-42');
  await one.click();
  await page.getByText('That session has ended.').first().waitFor();
  const password = page.locator('#sessions-password');
  assert.equal(await password.inputValue(), '');
  await password.fill('Teal-Kettle-42');
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByText('You are signed out everywhere else.').first().waitFor();
  const bodies = portal.asked.filter(({ key }) => key.startsWith('POST /api/account/sessions/')).map(({ body }) => body);
  assert.deepEqual(bodies, [{ password: '' }, { password: 'Teal-Kettle-42' }, { password: 'Teal-Kettle-42' }]);
});

// ---------------------------------------------------------------------------------------------------------- actuals

const FIRST_WEEK = '2026-10-26';
const put = (cpli, week = FIRST_WEEK) => `PUT ${actuals.API}/weeks/${cpli}/${week}`;
const saved = (key) => portal.asked.filter((asked) => asked.key === key).map(({ body }) => body);
const asClerk = { 'GET /api/session': data.clerk };
const field = (page, name, cpli) => page.getByRole('textbox', { name: new RegExp(`^${name}, .*CPLI ${cpli}$`) });
const inFocus = (page) => page.evaluate(() => document.activeElement.getAttribute('aria-label'));

/** Opens the period, as it is in its first week. */
async function openPeriod(page) {
  await page.goto(actuals.PERIOD);
  await page.getByRole('heading', { name: 'Week of 26 October to 1 November 2026' }).waitFor();
}

task('a week is entered by keyboard alone, and saved as the row is left', { ...asClerk, ...actuals.keeping(actuals.untouched()) }, async (page) => {
  await openPeriod(page);
  await tabTo(page, 'Copy last week');
  await page.keyboard.press('Tab');
  while (!(await inFocus(page))?.startsWith('Actual')) await page.keyboard.press('Tab');
  assert.equal(await inFocus(page), 'Actual, Mrs Ottoline Farthing, CPLI 210300');
  await page.keyboard.type('9.75');
  await page.keyboard.press('Tab');
  await page.keyboard.type('0.5');
  await page.keyboard.press('Tab');
  await page.keyboard.type('0.25');
  await page.keyboard.press('Tab');
  await page.keyboard.type('7');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Nobody');
  assert.equal(saved(put('210300')).length, 0, 'nothing is sent while the row is being typed');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.getByRole('status').getByText(/^Saved \d\d:\d\d$/).waitFor();
  assert.deepEqual(saved(put('210300')), [{ actual: '9.75', frustrated: '0.5', missed: '0.25', extra: '0', visits: 7, reason_code: 'NOACCESS', comment: null, version: 0 }]);
  assert.equal(await inFocus(page), 'Actual, Mr Leopold Achebe, CPLI 210301');
  await page.getByText('£223.40').first().waitFor();
});

task('arrow keys and Enter move in a column, also into the next service, and Escape puts back what was there', { ...asClerk, ...actuals.keeping(actuals.varied()) }, async (page) => {
  await page.goto(`${actuals.PERIOD}&week=${FIRST_WEEK}`);
  await field(page, 'Frustrated', '210300').focus();
  await page.keyboard.press('ArrowDown');
  assert.equal(await inFocus(page), 'Frustrated, Mr Leopold Achebe, CPLI 210301');
  await page.keyboard.press('Enter');
  assert.equal(await inFocus(page), 'Frustrated, Ms Junko Brathwaite-Sørensen, CPLI 210302');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('ArrowUp');
  assert.equal(await inFocus(page), 'Frustrated, Mrs Ottoline Farthing, CPLI 210300');
  await page.keyboard.type('3');
  await page.keyboard.press('Escape');
  assert.equal(await field(page, 'Frustrated', '210300').inputValue(), '0.5');
  for (let presses = 0; presses < 6; presses += 1) await page.keyboard.press('ArrowDown');
  assert.equal(await inFocus(page), 'Frustrated, Mrs Ottoline Farthing, CPLI 310500');
  await page.keyboard.press('ArrowDown');
  assert.equal(await inFocus(page), 'Frustrated, Mrs Ottoline Farthing, CPLI 310500', 'the last cell of a column is the last');
  assert.deepEqual(portal.asked.filter(({ key }) => key.startsWith('PUT')), [], 'what was put back is not sent');
});

task('money follows what is typed to the penny, before anything is sent', { ...asClerk, ...actuals.keeping(actuals.untouched()) }, async (page) => {
  await openPeriod(page);
  const row = page.getByRole('row').filter({ hasText: 'CPLI 210300' }).first();
  await field(page, 'Actual', '210300').fill('9.75');
  await row.getByText('£217.82', { exact: true }).waitFor();
  await page.getByText('0.75 of the 10.5 planned hours is left over.').waitFor();
  await field(page, 'Frustrated', '210300').fill('0.5');
  await row.getByText('£223.40', { exact: true }).waitFor();
  await page.locator('.portal-bar').getByText('£223.40').waitFor();
  await field(page, 'Actual', '210300').fill('9.7x');
  await page.locator('.portal-bar').getByText('£0.00').first().waitFor();
  assert.deepEqual(portal.asked.filter(({ key }) => key.startsWith('PUT')), []);
});

task('a whole entry is saved a moment after typing, and typed over while it is being saved once more', { ...asClerk, ...actuals.keeping(actuals.untouched()) }, async (page) => {
  await openPeriod(page);
  let release = null;
  await page.route('**/weeks/310500/**', async (route) => {
    if (!release) await new Promise((resolve) => { release = resolve; });
    await route.continue();
  });
  const first = page.waitForRequest('**/weeks/310500/**');
  await field(page, 'Actual', '310500').fill('3');
  await first;
  await page.getByText('Saving…').first().waitFor();
  await field(page, 'Actual', '310500').fill('2');
  await field(page, 'Missed', '310500').fill('1');
  await page.getByLabel(/Reason for the difference, Mrs Ottoline/).selectOption('STAFFING');
  release();
  await page.getByRole('row').filter({ hasText: 'CPLI 310500' }).getByText('£280.00').waitFor();
  await page.locator('.portal-week__save--saved').waitFor();
  assert.deepEqual(saved(put('310500')).map(({ actual, missed, version }) => [actual, missed, version]), [['3', '0', 0], ['2', '1', 1]]);
});

task('a refused entry keeps what was typed, says why beside its field, and is saved when it is mended', { ...asClerk, ...actuals.keeping(actuals.untouched()) }, async (page) => {
  await openPeriod(page);
  await field(page, 'Actual', '210300').fill('10.5');
  await field(page, 'Actual', '210301').focus();
  await page.locator('.govuk-error-message').getByText(/Visits must be .*\(E20\)/).waitFor();
  const visits = field(page, 'Visits', '210300');
  assert.equal(await visits.getAttribute('aria-invalid'), 'true');
  const describedBy = await visits.getAttribute('aria-describedby');
  assert.match(await page.locator(`#${describedBy}`).textContent(), /Visits must be a number/);
  await page.getByRole('status').getByText('Not saved: 1 entry needs your attention.').waitFor();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  assert.equal(await inFocus(page), 'Actual, Mrs Ottoline Farthing, CPLI 210300');
  await visits.fill('7');
  await page.getByRole('status').getByText(/^Saved/).waitFor();
  assert.equal(await visits.getAttribute('aria-invalid'), null);
});

task('what could not be sent is kept and sent again, without a key being pressed', { ...asClerk, ...actuals.keeping(actuals.untouched()) }, async (page) => {
  await openPeriod(page);
  const key = put('310500');
  const keeping = portal.answers[key];
  portal.answers = { ...portal.answers, [key]: 'no answer' };
  await field(page, 'Actual', '310500').fill('3');
  await page.getByRole('status').getByText(/Not saved: the portal did not answer/).waitFor();
  assert.equal(await field(page, 'Actual', '310500').inputValue(), '3');
  portal.answers = { ...portal.answers, [key]: keeping };
  await page.getByRole('status').getByText(/^Saved/).waitFor();
  assert.ok(saved(key).length >= 2);
});

task('a session that ended while actuals are typed is told, and what was typed is saved after signing in again', { ...asClerk, ...actuals.keeping(actuals.untouched()) }, async (page) => {
  await openPeriod(page);
  const key = put('310500');
  const keeping = portal.answers[key];
  portal.answers = { ...portal.answers, [key]: signedOut };
  await field(page, 'Actual', '310500').fill('3');
  await page.getByRole('link', { name: 'Sign in again in a new tab' }).waitFor();
  portal.answers = { ...portal.answers, [key]: keeping };
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.getByRole('status').getByText(/^Saved/).waitFor();
});

/** What Imogen enters meanwhile. */
function somebodyElse(form, cpli, week, entry) {
  return actuals.keeping(form)[put(cpli, week)]({ body: { frustrated: '0', missed: '0', extra: '0', visits: 7, reason_code: null, comment: null, version: 0, ...entry } });
}

const contested = actuals.untouched();
task('what somebody else entered meanwhile is shown beside what was typed, and either can stay', { ...asClerk, ...actuals.keeping(contested) }, async (page) => {
  await openPeriod(page);
  somebodyElse(contested, '210300', FIRST_WEEK, { actual: '8', frustrated: '2.5', reason_code: 'HOSP', visits: 5 });
  await field(page, 'Visits', '210300').fill('6');
  await field(page, 'Actual', '210300').fill('10.5');
  const choice = page.getByRole('group', { name: /Two entries for Mrs Ottoline/ });
  await choice.getByText('Imogen Tarrant changed the weeks of this care package at 2:02pm').waitFor();
  await choice.getByText('actual 8, frustrated 2.5, visits 5, The client was in hospital').waitFor();
  await choice.getByText('actual 10.5, visits 6').waitFor();
  await choice.getByRole('button', { name: /^Save mine instead/ }).click();
  await page.getByRole('status').getByText(/^Saved/).waitFor();
  assert.deepEqual(saved(put('210300')).map(({ actual, version }) => [actual, version]), [['10.5', 0], ['10.5', 1]]);

  somebodyElse(contested, '310500', FIRST_WEEK, { actual: '2', missed: '1', reason_code: 'STAFFING', visits: null });
  await field(page, 'Actual', '310500').fill('3');
  await page.getByRole('button', { name: /^Keep theirs for Mrs Ottoline Farthing, CPLI 310500/ }).click();
  assert.equal(await field(page, 'Actual', '310500').inputValue(), '2');
  assert.equal(await field(page, 'Missed', '310500').inputValue(), '1');
  assert.equal(await choice.count(), 0);
});

const shared = actuals.untouched();
task('another week of the same CPLI, entered by somebody else, is no reason to ask', { ...asClerk, ...actuals.keeping(shared) }, async (page) => {
  await openPeriod(page);
  somebodyElse(shared, '310500', '2026-11-09', { actual: '3', visits: null });
  await field(page, 'Actual', '310500').fill('3');
  await page.getByRole('status').getByText(/^Saved/).waitFor();
  assert.equal(await page.getByRole('button', { name: /Keep theirs/ }).count(), 0);
  assert.deepEqual(saved(put('310500')).map(({ version }) => version), [0, 1]);
});

task('all as planned fills in what is not entered, and a period can be confirmed when nothing is missing', { ...asClerk, ...actuals.keeping(actuals.untouched({ visits: false })) }, async (page) => {
  await openPeriod(page);
  await field(page, 'Actual', '210300').fill('9');
  await field(page, 'Missed', '210300').fill('1.5');
  await page.getByLabel(/Reason for the difference, Mrs Ottoline/).selectOption('STAFFING');
  await page.getByRole('button', { name: /^All as planned/ }).click();
  await page.getByText('6 entries filled in as planned.').waitFor();
  assert.equal(await field(page, 'Actual', '210300').inputValue(), '9');
  assert.equal(await field(page, 'Actual', '210303').inputValue(), '21');
  await page.getByRole('link', { name: /^Week 2/ }).click();
  await page.getByRole('heading', { name: 'Week of 2 November to 8 November 2026' }).waitFor();
  await page.getByRole('button', { name: /^Copy last week/ }).click();
  await page.getByText('7 entries filled in from the week before.').waitFor();
  assert.equal(await field(page, 'Actual', '210300').inputValue(), '9');

  await page.getByRole('button', { name: 'Confirm actuals' }).click();
  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
  await summary.waitFor();
  assert.match(await page.title(), /^Error: /);
  await summary.getByRole('link', { name: 'Enter Mr Leopold Achebe, CPLI 310501, week of 2 Nov 2026' }).click();
  assert.equal(await inFocus(page), 'Actual, Mr Leopold Achebe, CPLI 310501');
  for (const number of [2, 3, 4]) {
    await page.getByRole('link', { name: new RegExp(`^Week ${number}`) }).click();
    await page.getByRole('button', { name: /^All as planned/ }).click();
    await page.getByText(/filled in as planned/).waitFor();
  }
  await page.getByText('Every week is entered.').waitFor();
  await page.getByRole('button', { name: 'Confirm actuals' }).click();
  await page.getByText('You have confirmed the actuals of 26 October to 22 November 2026.').waitFor();
  assert.match(await focused(page), /You have confirmed/);
  assert.doesNotMatch(await page.title(), /^Error: /);
  await page.getByRole('button', { name: 'Create the invoice' }).click();
  await page.waitForURL(`**${invoices.PATH}`);
  assert.deepEqual(sent('/api/invoices'), [{ contract_ref: 'C4001', period_start: '2026-10-26' }]);
});

task('where visits are counted, nothing is filled in as planned, and the page says why', { ...asClerk, ...actuals.keeping(actuals.untouched()) }, async (page) => {
  await openPeriod(page);
  await page.getByRole('button', { name: /^All as planned/ }).click();
  await page.getByText('1 entry filled in as planned. 6 lines cannot be filled in as planned: enter them yourself, because visits have to be counted.').waitFor();
});

task('a week corrected after it was confirmed is to be confirmed again', { ...asClerk, ...actuals.keeping(actuals.submitted()) }, async (page) => {
  await openPeriod(page);
  await page.getByRole('button', { name: 'Create the invoice' }).waitFor();
  await field(page, 'Missed', '310500').fill('1');
  await field(page, 'Actual', '310500').fill('2');
  await page.getByLabel(/Reason for the difference, Mrs Ottoline/).selectOption('STAFFING');
  await page.getByText(/has changed since\. Confirm it again/).waitFor();
  await page.getByRole('button', { name: 'Confirm actuals' }).click();
  await page.getByText('You have confirmed the actuals').waitFor();
  await page.getByRole('button', { name: 'Create the invoice' }).waitFor();
});

task('nothing is confirmed while an entry is not saved', { ...asClerk, ...actuals.keeping(actuals.allEntered()) }, async (page) => {
  await openPeriod(page);
  await field(page, 'Actual', '210300').fill('1');
  await page.getByRole('button', { name: 'Confirm actuals' }).click();
  await page.getByRole('alert').getByRole('link', { name: /CPLI 210300, week of 26 Oct 2026: Actual 1 is not/ }).waitFor();
  assert.deepEqual(sent(`${actuals.API}/submission`), []);
});

task('somebody who may only look has nothing to type into', { ...asClerk, ...actuals.keeping(actuals.forOnlyLooking()) }, async (page) => {
  await page.goto(`${actuals.PERIOD}&week=${FIRST_WEEK}`);
  await page.getByText('Nobody answered the door, or the carer could not get in: Door not answered on Tuesday').waitFor();
  assert.equal(await page.getByRole('textbox').count(), 0);
  assert.equal(await page.getByRole('button', { name: /planned|Confirm/ }).count(), 0);
});

task('of three hundred lines in four weeks a key touches one', { ...asClerk, ...actuals.keeping(actuals.untouched({ people: 300 })) }, async (page) => {
  await openPeriod(page);
  assert.equal(await page.locator('.portal-week__row').count(), 301, 'one week at a time');
  const elsewhere = await page.evaluate(async () => {
    const input = document.querySelectorAll('input[data-column=actual]')[150];
    const row = input.closest('tr');
    const touched = [];
    const observer = new MutationObserver((records) => touched.push(...records.map(({ target }) => target)));
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    for (const value of ['1', '10', '10.', '10.5']) {
      input.value = value;
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
    await Promise.resolve();
    observer.disconnect();
    const own = [row, row.nextElementSibling, document.querySelector('.portal-bar')];
    return { touched: touched.length, others: touched.filter((node) => !own.some((each) => each.contains(node))).length };
  });
  assert.ok(elsewhere.touched > 0);
  assert.equal(elsewhere.others, 0, 'a key changes its own row and the sums, and nothing else of the page');
  await page.getByLabel('Find a client, SSRef or CPLI').fill('210450');
  await page.locator('.portal-week__row:visible').nth(1).waitFor({ state: 'detached' });
  assert.equal(await page.locator('.portal-week__row:visible').count(), 1);
});

// ------------------------------------------------------------------------------------------------------------ uploads

const UPLOADED = `GET ${actuals.UPLOADS}/${actuals.BATCH}`;
const workbook = { name: 'actuals november.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3_000_000, 'x') };

/** Answers one after the other; the last stays. */
function inTurn(...views) {
  let turn = 0;
  return () => {
    const view = views[Math.min(turn, views.length - 1)];
    turn += 1;
    return view;
  };
}

task('a file goes straight to the bucket with progress, is checked, shown, and applied', { ...asClerk, [UPLOADED]: inTurn(actuals.received, actuals.checking, actuals.batch) }, async (page) => {
  await page.goto('/actuals/upload/?contract=C4001&period=2026-10-26');
  await page.getByLabel('Your file of actuals').setInputFiles(workbook);
  const progress = page.getByRole('progressbar', { name: 'Uploading actuals november.xlsx' });
  await page.route(`**${actuals.BUCKET}`, async (route) => {
    await progress.waitFor();
    await route.continue();
  });
  await page.getByRole('button', { name: 'Upload and check' }).click();
  await page.waitForURL(`**/actuals/upload/batch/?batch=${actuals.BATCH}&contract=C4001&period=2026-10-26`);
  assert.deepEqual(sent(actuals.UPLOADS), [{ file_name: 'actuals november.xlsx', size_bytes: 3_000_000 }]);
  assert.deepEqual(portal.uploaded.map(({ fields }) => fields), [['key', 'Content-Type', 'policy', 'x-amz-signature', 'file']], 'the file comes last');
  await page.getByText('Waiting for the file to arrive and be checked.').waitFor();
  await page.getByText('Checking the file…').waitFor();
  await page.getByText('Applying would record 114 weeks and add £4,812.35 to what is owed.').waitFor();
  await page.getByRole('row').filter({ hasText: 'Actuals!K12' }).getByText('ten').waitFor();
  assert.equal(await page.getByRole('link', { name: /Download the 2 rejected rows/ }).getAttribute('href'), `${actuals.UPLOADS}/${actuals.BATCH}/errors.xlsx`);
  portal.answers = { ...portal.answers, [UPLOADED]: inTurn(actuals.applying, actuals.applied) };
  await page.getByRole('button', { name: 'Apply 114 good rows' }).click();
  await page.getByText('Recording 114 rows…').waitFor();
  await page.getByRole('alert').getByText('114 weeks recorded.').waitFor();
  await page.getByText('2 rows were left out').waitFor();
  const next = page.getByRole('link', { name: 'Go to the period' });
  assert.equal(await next.getAttribute('href'), '/actuals/period/?contract=C4001&period=2026-10-26');
});

for (const [name, file, says] of [
  ['with the wrong ending', { name: 'november.ods', size: 1 }, /OpenDocument spreadsheet.*save it as an Excel workbook/],
  ['that is too large', { name: 'november.csv', size: 20 * 1024 * 1024 + 1 }, /has 20\.1 MB\. The most is 20 MB\. Split it/],
  ['that is empty', { name: 'november.csv', size: 0 }, /is empty/],
]) {
  task(`a file ${name} is not sent, and the page says what to do`, asClerk, async (page) => {
    await page.goto('/actuals/upload/');
    // Made in the page: large ones would take their time to get there.
    await page.getByLabel('Your file of actuals').evaluate((input, { name, size }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(size)], name));
      input.files = transfer.files;
    }, file);
    await page.getByRole('button', { name: 'Upload and check' }).click();
    await page.getByRole('alert').getByRole('link', { name: says }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'file');
    assert.deepEqual(sent(actuals.UPLOADS), []);
  });
}

task('a file can be dragged onto its field', asClerk, async (page) => {
  await page.goto('/actuals/upload/');
  await page.getByLabel('Your file of actuals').waitFor();
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['SSRef'], 'dropped.csv', { type: 'text/csv' }));
    const zone = document.querySelector('[data-drop]');
    for (const kind of ['dragover', 'drop']) zone.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  });
  await page.getByRole('button', { name: 'Upload and check' }).click();
  await page.waitForURL('**/actuals/upload/batch/**');
  assert.deepEqual(sent(actuals.UPLOADS), [{ file_name: 'dropped.csv', size_bytes: 5 }]);
});

task('an upload that breaks off or is refused by the bucket says so, and can be tried again', asClerk, async (page) => {
  await page.goto('/actuals/upload/');
  await page.getByLabel('Your file of actuals').setInputFiles(workbook);
  portal.bucket = () => 'no answer';
  await page.getByRole('button', { name: 'Upload and check' }).click();
  await page.getByRole('alert').getByText('The connection was lost.').waitFor();
  portal.bucket = () => ({ status: 400, body: '<Error><Code>EntityTooLarge</Code></Error>' });
  await page.getByRole('button', { name: 'Upload and check' }).click();
  await page.getByRole('alert').getByText('The file is larger than is allowed.').waitFor();
  portal.bucket = null;
  await page.getByRole('button', { name: 'Upload and check' }).click();
  await page.waitForURL('**/actuals/upload/batch/**');
});

task('waiting for a file to be checked outlasts a lost connection', { ...asClerk, [UPLOADED]: inTurn(actuals.checking, data.problem(503, 'unavailable'), actuals.clean) }, async (page) => {
  await page.goto(`/actuals/upload/batch/?batch=${actuals.BATCH}`);
  await page.getByRole('button', { name: 'Apply 114 rows' }).waitFor();
});

// ----------------------------------------------------------------------------------------------------------- invoices

task('an invoice is created from confirmed actuals, checked and submitted', { ...asClerk, [`GET ${invoices.API}`]: invoices.draft }, async (page) => {
  await page.goto('/invoices/');
  await page.getByRole('button', { name: /^Create invoice for Home care north/ }).click();
  await page.waitForURL(`**${invoices.PATH}`);
  await page.getByText('(9.75 + 50% of 0.5) hours × £22.34 = £223.40').waitFor();
  await page.getByText('3 hours over what was commissioned').waitFor();
  await page.getByLabel('Comment (optional)').fill('As agreed by telephone');
  await page.getByRole('button', { name: 'Continue' }).click();
  assert.equal(await focused(page), 'Are you sure you want to submit this invoice?');
  await page.getByRole('button', { name: 'Submit invoice' }).click();
  await page.getByRole('alert').getByText('You have submitted invoice 42: £507.39.').waitFor();
  await page.getByRole('heading', { level: 1, name: 'Invoice 42' }).waitFor();
  assert.deepEqual(sent(`${invoices.API}/submission`), [{ digest: 'i1', suppliers_tax: null, comment: 'As agreed by telephone' }]);
  assert.equal(await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href'), `${invoices.API}/invoice.csv`);
  assert.equal(await page.getByRole('link', { name: /e-invoice/ }).getAttribute('href'), `${invoices.API}/invoice.xml`);
});

const newer = { ...invoices.draft, digest: 'i9', net: '491.42', total: '491.42', lines: invoices.draft.lines.map((line) => (line.line === 6 ? { ...line, arithmetic: '4.5352 hours × £22.34 = £101.32', amount: '101.32' } : line)) };
task('an invoice that changed is not submitted unseen: what changed is told', { ...asClerk, [`POST ${invoices.API}/submission`]: data.problem(409, 'invoice-changed', 'The invoice changed since you read it.') }, async (page) => {
  await page.goto(invoices.PATH);
  await page.getByLabel('Comment (optional)').fill('Please pay');
  await page.getByRole('button', { name: 'Continue' }).click();
  portal.answer({ ...asClerk, [`GET ${invoices.API}`]: newer });
  portal.answers[`POST ${invoices.API}/submission`] = inTurn(data.problem(409, 'invoice-changed', 'The invoice changed since you read it.'), invoices.submitted);
  await page.getByRole('button', { name: 'Submit invoice' }).click();
  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
  await summary.getByText('The total was £507.39 and is now £491.42.').waitFor();
  await summary.getByText('4.5352 hours × £22.34 = £101.32').waitFor();
  assert.equal(await page.getByLabel('Comment (optional)').inputValue(), 'Please pay');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Submit invoice' }).click();
  await page.getByText('You have submitted invoice 42').waitFor();
  assert.equal(sent(`${invoices.API}/submission`).at(-1).digest, 'i9');
});

task('a VAT invoice is attached, checked, and the supplier’s own figure goes along', { ...asClerk, [`GET ${invoices.API}`]: invoices.vat }, async (page) => {
  await page.goto(invoices.PATH);
  assert.equal(await page.getByRole('button', { name: 'Continue' }).count(), 0);
  await page.getByLabel('Attach your VAT invoice').setInputFiles({ name: 'scan.tiff', mimeType: 'image/tiff', buffer: Buffer.from('II*') });
  await page.getByRole('button', { name: 'Attach', exact: true }).click();
  await page.getByRole('alert').getByText(/is not a PDF, PNG or JPEG file/).waitFor();
  await page.getByLabel('Attach your VAT invoice').setInputFiles({ name: 'invoice.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') });
  await page.getByRole('button', { name: 'Attach', exact: true }).click();
  await page.getByText('Your VAT invoice is attached.').waitFor();
  assert.deepEqual(sent(`${invoices.API}/attachment`), [{ file_name: 'invoice.pdf', size_bytes: 8 }]);
  assert.equal(await page.getByRole('link', { name: /invoice 2026-117\.pdf/ }).getAttribute('href'), `${invoices.API}/attachment`);
  await page.getByLabel('VAT on your own invoice (optional)').fill('about six');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('alert').getByRole('link', { name: 'Enter the VAT in pounds and pence, like 6.07' }).waitFor();
  await page.getByLabel('VAT on your own invoice (optional)').fill('£6.10');
  await page.getByRole('button', { name: 'Continue' }).click();
  portal.answers = { ...portal.answers, [`POST ${invoices.API}/submission`]: data.problem(422, 'suppliers-tax-off', 'The VAT on your invoice is more than 1p a line away from £6.07.') };
  await page.getByRole('button', { name: 'Submit invoice' }).click();
  await page.getByRole('alert').getByRole('link', { name: /more than 1p a line away/ }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'suppliers_tax');
  assert.equal(await page.getByLabel('VAT on your own invoice (optional)').inputValue(), '£6.10');
  assert.deepEqual(sent(`${invoices.API}/submission`).at(-1), { digest: 'i1', suppliers_tax: '6.10', comment: null });
});

task('a dispute is read with its reason and answered', { ...asClerk, [`GET ${invoices.API}`]: invoices.disputed }, async (page) => {
  await page.goto(invoices.PATH);
  await page.getByText('The hours of 5 October do not agree with the visit records.').first().waitFor();
  assert.equal(await page.getByRole('link', { name: 'correct the actuals' }).getAttribute('href'), '/actuals/period/?contract=C4001&period=2026-09-28');
  await page.getByLabel('Your answer').fill('The visit records were mended on 28 October');
  await page.getByRole('button', { name: 'Submit it again' }).click();
  await page.getByRole('button', { name: 'Submit invoice' }).click();
  await page.getByText('You have submitted invoice 42').waitFor();
  assert.deepEqual(sent(`${invoices.API}/submission`), [{ digest: 'i2', suppliers_tax: null, comment: 'The visit records were mended on 28 October' }]);
});

task('a draft is deleted only after being asked twice', asClerk, async (page) => {
  await page.goto(invoices.PATH);
  await page.getByRole('button', { name: 'Delete this draft' }).click();
  await page.getByRole('button', { name: 'Go back' }).click();
  assert.equal(await focused(page), 'Continue');
  assert.deepEqual(sent(`${invoices.API}/deletion`), []);
  await page.getByRole('button', { name: 'Delete this draft' }).click();
  await page.getByRole('button', { name: 'Delete draft' }).click();
  await page.waitForURL('**/invoices/');
  assert.equal(sent(`${invoices.API}/deletion`).length, 1);
});

task('the filters of invoices are asked of the server and stay in the address', asClerk, async (page) => {
  await page.goto('/invoices/');
  await page.getByLabel('State').selectOption('disputed');
  await page.getByLabel('Contract').selectOption('C4001');
  await page.getByRole('button', { name: 'View' }).click();
  await page.waitForURL('**/invoices/?state=disputed&contract=C4001');
  await page.locator('[data-region]:not([aria-busy])').waitFor();
  assert.deepEqual(portal.asked.filter(({ key }) => key === 'GET /api/invoices').at(-1).query, { state: 'disputed', contract: 'C4001' });
});

task('on paper an invoice is the document alone', { ...asClerk, [`GET ${invoices.API}`]: invoices.vat }, async (page) => {
  await page.goto(invoices.PATH);
  await page.locator('.portal-invoice').waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.getByRole('button').filter({ visible: true }).count(), 0);
  assert.equal(await page.getByRole('textbox').filter({ visible: true }).count(), 0);
  assert.ok(await page.getByText('£36.43').first().isVisible());
  assert.ok(!await page.getByRole('heading', { name: 'VAT invoice' }).isVisible());
});

task('a Shared Lives carer is told of timesheets', { 'GET /api/session': data.carer, ...actuals.keeping(actuals.timesheet()) }, async (page) => {
  await page.goto(actuals.PERIOD);
  await page.getByRole('heading', { name: 'Confirm timesheets' }).waitFor();
  await page.getByRole('navigation', { name: 'Portal' }).getByRole('link', { name: 'Timesheets' }).waitFor();
  assert.match(await page.title(), /^Timesheets: /);
});
