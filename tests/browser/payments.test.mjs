// What the council's payments officers and finalisers do on their pages, with canned answers.

import assert from 'node:assert/strict';
import { portal, sent, task } from './harness.mjs';
import * as data from './mock/data.mjs';
import * as payments from './mock/payments.mjs';

const { problem } = data;
const { STATEMENT_API, PERIOD_API } = payments;
const officer = (answers = {}) => ({ 'GET /api/session': payments.officer, ...answers });
const finaliser = (answers = {}) => ({ 'GET /api/session': payments.finaliser, ...answers });
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const asked = (key) => portal.asked.filter((each) => each.key === key).map(({ query }) => query);
const errors = (page) => page.locator('.govuk-error-summary');
const done = (page) => page.locator('.govuk-notification-banner');

task('a period is opened from the schedule, filtered, and its statements say who must agree', finaliser(), async (page) => {
  await page.goto('/council/payments/');
  await page.getByText('* partially finalised').waitFor();
  await page.getByRole('link', { name: /26 Oct/ }).click();
  await page.getByText('A second person must authorise it').waitFor();
  await page.getByText('£3,461.84: You rejected this statement').waitFor();
  await page.getByLabel('State', { exact: true }).selectOption('locked');
  await page.getByLabel('Authorisation').selectOption('true');
  await page.getByRole('button', { name: 'View' }).click();
  await page.waitForURL(/state=locked/);
  await page.getByRole('table').waitFor();
  const filters = asked(`GET ${PERIOD_API}`).at(-1);
  assert.deepEqual([filters.state, filters.awaits], ['locked', 'true']);
});

task('a finaliser agrees to what they read, after being asked again', finaliser(), async (page) => {
  await page.goto(payments.STATEMENT);
  await page.getByText('has to authorise it before it is paid').waitFor();
  await page.getByRole('button', { name: 'Authorise this statement' }).click();
  await page.getByText('You agree that £3,511.84 is paid').waitFor();
  assert.equal(sent(`${STATEMENT_API}/authorisation`).length, 0);
  await page.getByRole('button', { name: 'Authorise statement' }).click();
  await done(page).getByText('The statement is authorised.').waitFor();
  assert.deepEqual(sent(`${STATEMENT_API}/authorisation`), [{ digest: 'd1' }]);
  await page.getByRole('button', { name: 'Finalise now' }).click();
  await page.getByRole('button', { name: 'Finalise statement' }).click();
  await done(page).getByText('finalised and sent for payment').waitFor();
  await page.getByRole('link', { name: 'Download the payment file again' }).waitFor();
  assert.equal(await page.getByRole('button', { name: /Authorise|Finalise/ }).count(), 0);
});

task('who made an adjustment has nothing to press, and is told why', finaliser({ [`GET ${STATEMENT_API}`]: payments.ownStatement }), async (page) => {
  await page.goto(payments.STATEMENT);
  await page.getByText('somebody else has to authorise it').waitFor();
  assert.equal(await page.getByRole('button', { name: /Authorise|Finalise/ }).count(), 0);
});

task('a refusal of the four-eyes rule leads to the page that explains it', finaliser({ [`POST ${STATEMENT_API}/finalisation`]: problem(409, 'own-adjustment', 'You made an adjustment or a directive in this statement, so somebody else has to authorise it.') }), async (page) => {
  await page.goto(payments.STATEMENT);
  await page.getByRole('button', { name: 'Finalise now' }).click();
  await page.getByRole('button', { name: 'Finalise statement' }).click();
  await errors(page).getByText('somebody else has to authorise it').waitFor();
  await errors(page).getByRole('link', { name: 'What this means, and what to do' }).click();
  await page.getByRole('heading', { level: 1, name: 'Somebody else has to authorise this statement' }).waitFor();
});

task('a schedule is paused with a reason', finaliser(), async (page) => {
  await page.goto('/council/payments/');
  await page.getByRole('button', { name: 'Pause the schedule of cycle 28DAY' }).click();
  await page.getByLabel('Why it is paused').fill('A price file is wrong');
  portal.answers = { ...portal.answers, 'GET /api/council/payments': payments.paused };
  await page.locator('button[data-yes]').click();
  await done(page).getByText('The schedule of cycle 28DAY is paused.').waitFor();
  await page.getByText('Paused by Imre Castellan').first().waitFor();
  assert.deepEqual(sent('/api/council/payments/28DAY/pause'), [{ reason: 'A price file is wrong' }]);
});

task('a note is written to everybody paid in a cycle, and withdrawn with a reason', officer(), async (page) => {
  await page.goto('/council/remittance-notes/');
  await page.getByText('Write a note').click();
  await page.getByLabel('Everybody who is paid in a cycle').check();
  await page.getByLabel('Reference').fill('28DAY');
  for (const [legend, day, month] of [['On payments with a pay date from', '1', '12'], ['To', '31', 'Dec']]) {
    const group = page.getByRole('group', { name: legend, exact: true });
    await group.getByLabel('Day').fill(day);
    await group.getByLabel('Month').fill(month);
    await group.getByLabel('Year').fill('2026');
  }
  await page.getByLabel('Note', { exact: true }).fill('Rates change in April.');
  await page.getByRole('button', { name: 'Write this note' }).click();
  await done(page).getByText('The note is written.').waitFor();
  const [{ request_id: request, ...written }] = sent(payments.NOTES_API);
  assert.match(request, /^[\w-]{8,64}$/);
  assert.deepEqual(written, { note_for: 'cycle', reference: '28DAY', from_date: '2026-12-01', to_date: '2026-12-31', text: 'Rates change in April.' });
  await page.getByRole('button', { name: 'Withdraw the note to Meadow View House' }).click();
  await page.getByLabel('Why it is withdrawn').fill('We are open');
  await page.getByRole('button', { name: 'Withdraw note' }).click();
  await done(page).getByText('The note is withdrawn.').waitFor();
  assert.deepEqual(sent(`${payments.NOTES_API}/withdrawal`), [{ note_id: 'a1b2c3d4', reason: 'We are open' }]);
});

task('a directive is made after its pounds were shown, and sent again it is the same decision', officer({ 'POST /api/council/directives': 'no answer' }), async (page) => {
  await page.goto(payments.DIRECTIVES);
  await page.getByText('Suspend, cancel or carry forward').click();
  await page.getByRole('radio', { name: 'Carry forward' }).check();
  await page.locator('#directive-cpli_id').selectOption('188367');
  await page.locator('#directive-reason').fill('The new rate is being agreed');
  await page.getByRole('button', { name: 'Show what it would change' }).first().click();
  await page.getByRole('cell', { name: '−£3,461.84' }).first().waitFor();
  assert.equal(sent('/api/council/directives').length, 0);
  await page.getByRole('button', { name: 'Make this decision' }).click();
  await errors(page).getByText('Check that you are connected').waitFor();
  portal.answers = { ...portal.answers, 'POST /api/council/directives': { status: 201, body: {} } };
  await page.getByRole('button', { name: 'Make this decision' }).click();
  await done(page).getByText('It is decided').waitFor();
  const bodies = sent('/api/council/directives');
  assert.match(bodies[0].request_id, UUID);
  assert.equal(new Set(bodies.map((body) => JSON.stringify(body))).size, 1);
  assert.deepEqual({ ...bodies[0], request_id: null }, { request_id: null, provider_ref: 'P1002', contract_ref: 'C3002', kind: 'carry_forward', cpli_id: '188367', from_date: '2026-10-26', to_date: null, reason: 'The new rate is being agreed' });
});

task('an adjustment is read as it is typed', officer(), async (page) => {
  await page.goto(payments.DIRECTIVES);
  await page.getByText('Make a manual adjustment').click();
  await page.getByLabel('Amount').fill('£1,250.50');
  await page.getByLabel('Over how many periods').fill('3');
  await page.locator('#adjustment-reason').fill('Agreed with the home');
  await page.getByRole('button', { name: 'Show what it would change' }).last().click();
  await page.getByRole('button', { name: 'Make this decision' }).click();
  await done(page).getByText('A second person has to authorise').waitFor();
  const [body] = sent('/api/council/adjustments');
  assert.deepEqual([body.amount, body.instalments, body.period_start, body.cpli_id], ['1250.50', 3, '2026-11-23', null]);
});

task('a suspension is ended on a day, after its pounds were shown', officer(), async (page) => {
  await page.goto(payments.DIRECTIVES);
  await page.getByRole('button', { name: 'End directive D6001' }).click();
  await page.locator('button[data-yes]').click();
  await errors(page).getByRole('link', { name: 'Enter the last day' }).waitFor();
  for (const [part, value] of [['Day', '20'], ['Month', '12'], ['Year', '2026']]) await page.locator('[data-day="end-D6001"]').getByLabel(part).fill(value);
  await page.getByLabel('Why it ends').fill('Reviewed');
  await page.locator('button[data-yes]').click();
  await page.getByText('End “suspend CPLI 188367”').waitFor();
  await page.getByRole('button', { name: 'End directive', exact: true }).click();
  await done(page).getByText('It is decided').waitFor();
  const [body] = sent('/api/council/directives/end');
  assert.deepEqual([body.directive_ref, body.to_date, body.reason], ['D6001', '2026-12-20', 'Reviewed']);
});

task('an invoice is disputed with a reason that its provider reads', officer(), async (page) => {
  await page.goto('/council/invoices/');
  await page.getByText('50 days: overdue').waitFor();
  await page.getByRole('button', { name: 'Dispute invoice 12' }).click();
  await page.getByLabel('What is wrong with it').fill('Two weeks only');
  await page.locator('button[data-yes]').click();
  await done(page).getByText('is disputed').waitFor();
  const [body] = sent('/api/council/invoices/decision');
  assert.deepEqual({ ...body, request_id: null }, { request_id: null, provider_ref: 'P1002', invoice_id: 'C3002.2026-09-28.1', decision: 'dispute', reason: 'Two weeks only' });
});

task('a week over tolerance is paid in part', officer(), async (page) => {
  await page.goto('/council/exceptions/');
  await page.getByText('Beyond the limit').waitFor();
  await page.getByRole('button', { name: 'Pay part of the week' }).first().click();
  await page.getByLabel('How many hours are paid at most').fill('14');
  await page.getByLabel('Why', { exact: true }).fill('One crisis');
  await page.locator('button[data-yes]').click();
  await done(page).getByText('is paid').waitFor();
  const [body] = sent('/api/council/exceptions/decision');
  assert.deepEqual([body.decision, body.quantity, body.reason, body.cpli_id], ['cap', '14', 'One crisis', '170001']);
});
