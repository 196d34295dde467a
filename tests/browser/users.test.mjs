// What the helpdesk does about people who sign in, with canned answers.

import assert from 'node:assert/strict';
import { portal, sent, task } from './harness.mjs';
import * as data from './mock/data.mjs';
import * as users from './mock/users.mjs';

const { problem } = data;
const { USER_API } = users;
const helpdesk = (answers = {}) => ({ 'GET /api/session': users.helpdesk, ...answers });
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const asked = (key) => portal.asked.filter((each) => each.key === key).map(({ query }) => query);
const errors = (page) => page.locator('.govuk-error-summary');
const done = (page) => page.locator('.govuk-notification-banner');

task('somebody is found by what is known of them, and the rest of a long list is asked for', helpdesk({ 'GET /api/council/users': ({ query }) => (query.after ? users.rest : users.more) }), async (page) => {
  await page.goto('/council/users/');
  await page.getByLabel('Name or email address').fill('mian');
  await page.getByLabel('Of', { exact: true }).selectOption('provider');
  await page.getByLabel('State').selectOption('active');
  await page.getByRole('button', { name: 'View' }).click();
  await page.waitForURL(/q=mian/);
  await page.getByText('4 of 5 users').waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByRole('link', { name: 'Zoe Last' }).waitFor();
  assert.deepEqual(asked('GET /api/council/users').slice(-2), [{ q: 'mian', side: 'provider', state: 'active' }, { q: 'mian', side: 'provider', state: 'active', after: 'u4' }]);
  await page.getByRole('link', { name: 'Tahira Mian' }).click();
  await page.getByRole('heading', { name: 'Help this person' }).waitFor();
  assert.equal(new URL(page.url()).search.includes('@'), false);
});

task('a lock is asked about, needs a reason, and is undone', helpdesk({ [`POST ${USER_API}/lock`]: ({ body }) => (body.reason.trim() ? users.locked : problem(422, 'invalid', 'Say why', [{ field: 'reason', message: 'Enter why you lock this account' }])) }), async (page) => {
  await page.goto(users.USER);
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await page.getByText('They are told by email that they are locked, not why.').waitFor();
  assert.equal(sent(`${USER_API}/lock`).length, 0);
  await page.getByRole('button', { name: 'Lock account' }).click();
  await errors(page).getByRole('link', { name: 'Enter why you lock this account' }).click();
  await page.keyboard.type('Left on Friday');
  await page.getByRole('button', { name: 'Lock account' }).click();
  await done(page).getByText('The account of Tahira Mian is locked.').waitFor();
  assert.deepEqual(sent(`${USER_API}/lock`).at(-1), { reason: 'Left on Friday' });
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('button', { name: 'Unlock account' }).click();
  await done(page).getByText('The account of Tahira Mian is unlocked.').waitFor();
});

task('what must not be sent twice carries one number however often it is pressed', helpdesk({ [`POST ${USER_API}/password-reset`]: 'no answer' }), async (page) => {
  await page.goto(users.USER);
  await page.getByRole('button', { name: 'Send a password reset' }).click();
  const yes = page.getByRole('button', { name: 'Send password reset' });
  await yes.click();
  await errors(page).getByText('Check that you are connected').waitFor();
  portal.answers = { ...portal.answers, [`POST ${USER_API}/password-reset`]: users.user };
  await yes.click();
  await done(page).getByText('is on its way to Tahira Mian').waitFor();
  const bodies = sent(`${USER_API}/password-reset`);
  assert.match(bodies[0].request_id, UUID);
  assert.equal(new Set(bodies.map((body) => body.request_id)).size, 1);
});

const unsaid = problem(422, 'invalid', 'Choose how you made sure who they are', [{ field: 'identity_check', message: 'Choose how you made sure who they are' }]);

task('the second step is taken away, when it is said how the person was recognised, and sessions are ended after a question', helpdesk({ [`POST ${USER_API}/second-step/removal`]: ({ body }) => (body.identity_check ? { ...users.user, second_step: 'emailed_code', sessions: [] } : unsaid) }), async (page) => {
  await page.goto(users.USER);
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('button', { name: 'End all sessions' }).click();
  await done(page).getByText('Tahira Mian is signed out everywhere.').waitFor();
  await page.getByText('They are not signed in anywhere.').waitFor();
  await page.getByRole('button', { name: 'Take the second step away' }).click();
  const yes = page.getByRole('button', { name: 'Take second step away', exact: true });
  await yes.click();
  await errors(page).getByRole('link', { name: 'Choose how you made sure who they are' }).click();
  await page.getByRole('radio', { name: 'I called them back' }).check();
  await yes.click();
  await done(page).getByText('They sign in with an emailed code.').waitFor();
  assert.deepEqual(sent(`${USER_API}/second-step/removal`), [{ identity_check: '' }, { identity_check: 'called_back' }]);
});

task('an auditor sees a person without anything to press, and what they did', { 'GET /api/session': users.auditor, [`GET ${USER_API}`]: users.readOnly }, async (page) => {
  await page.goto(users.USER);
  const link = page.getByRole('link', { name: 'What they saw and changed' });
  assert.match(await link.getAttribute('href'), /\/council\/audit\/\?actor=3b8f/);
  assert.equal(await page.locator('main').getByRole('button').count(), 0);
});

task('whoever is locked after wrong tries is found', helpdesk(), async (page) => {
  await page.goto('/council/users/');
  await page.getByLabel('State').selectOption('Locked after wrong tries');
  await page.getByRole('button', { name: 'View' }).click();
  await page.waitForURL(/state=locked_after_tries/);
  await page.getByRole('table').waitFor();
  assert.deepEqual(asked('GET /api/council/users').at(-1), { state: 'locked_after_tries' });
});

task('a key of a provider is revoked with a reason, which stands beside it', helpdesk(), async (page) => {
  const revocation = `${users.KEYS_API}/5F1C09A2B7D34E60/revocation`;
  await page.goto('/council/provider/?provider=P1002');
  await page.getByRole('link', { name: 'API keys of its software' }).click();
  await page.getByRole('button', { name: 'Revoke Rota software', exact: true }).click();
  assert.equal(sent(revocation).length, 0);
  await page.getByLabel('Why').fill('It was seen on a public web page');
  portal.answers = { ...portal.answers, [`GET ${users.KEYS_API}`]: users.revokedKeys };
  await page.getByRole('button', { name: 'Revoke the key' }).click();
  await done(page).getByText('“Rota software” is revoked').waitFor();
  await page.getByText('It was seen on a public web page').waitFor();
  assert.deepEqual(sent(revocation), [{ reason: 'It was seen on a public web page' }]);
});
