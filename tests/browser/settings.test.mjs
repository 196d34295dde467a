// What the council's configuration role does on the pages of settings, with canned answers.

import assert from 'node:assert/strict';
import { portal, sent, task } from './harness.mjs';
import * as settings from './mock/settings.mjs';

const { API, PAGE } = settings;
const as = (answers = {}) => ({ 'GET /api/session': settings.configuration, ...answers });
const done = (page) => page.locator('.govuk-notification-banner');

task('a setting is found in the list, changed with a reason, and shown when it was taken in', as(), async (page) => {
  await page.goto('/council/');
  await page.getByRole('link', { name: 'See and change the settings' }).click();
  await page.getByRole('link', { name: 'Wrong tries until an account is locked' }).click();
  await page.getByLabel('It says').fill('8');
  await page.getByLabel('Why', { exact: true }).fill('More calls');
  portal.answers = { ...portal.answers, [`GET ${API}`]: settings.changed };
  await page.getByRole('button', { name: 'Change setting' }).click();
  await done(page).getByText('The setting is changed.').waitFor();
  await page.getByText('More calls').waitFor();
  const [body] = sent(`${API}/changes`);
  assert.deepEqual({ ...body, request_id: null }, { request_id: null, value: '8', from_date: null, reason: 'More calls' });
});

task('a setting changes from a coming day', as({ [`GET ${API}`]: settings.changed }), async (page) => {
  await page.goto(PAGE);
  await page.getByLabel('It says').fill('8');
  await page.getByLabel('Day', { exact: true }).fill('1');
  await page.getByLabel('Month').fill('2');
  await page.getByLabel('Year').fill('2027');
  await page.getByLabel('Why', { exact: true }).fill('More calls');
  await page.getByRole('button', { name: 'Change setting' }).click();
  await done(page).waitFor();
  assert.equal(sent(`${API}/changes`)[0].from_date, '2027-02-01');
});

task('a coming change is withdrawn after being asked again', as({ [`GET ${API}`]: settings.changed }), async (page) => {
  await page.goto(PAGE);
  await page.getByRole('button', { name: 'Withdraw the change of 1 December 2026' }).click();
  await page.getByLabel('Why', { exact: true }).first().fill('Not now');
  assert.equal(sent(`${API}/withdrawals`).length, 0);
  await page.getByRole('button', { name: 'Withdraw change' }).click();
  await done(page).getByText('Nothing is to change on 1 December 2026.').waitFor();
  const [body] = sent(`${API}/withdrawals`);
  assert.deepEqual({ ...body, request_id: null }, { request_id: null, from_date: '2026-12-01', reason: 'Not now' });
});

task('a logo is sent, and the setting says its name; without a file there is none', as(), async (page) => {
  const changes = '/api/council/settings/logo/changes';
  portal.answers = { ...portal.answers, [`POST ${changes}`]: settings.taken };
  await page.goto(PAGE.replace('lockout_tries', 'logo'));
  const send = page.getByRole('button', { name: 'Change setting' });
  const choose = (name, size) => page.getByLabel('It says').setInputFiles({ name, mimeType: 'image/png', buffer: Buffer.alloc(size, 'x') });
  await choose('huge.png', 102_401);
  await page.getByLabel('Why', { exact: true }).fill('Ours');
  await send.click();
  await page.locator('.govuk-error-summary').getByRole('link', { name: 'The picture must be smaller than 100 KB' }).waitFor();
  assert.equal(sent('/api/council/logo').length, 0);
  await choose('logo.png', 3);
  portal.answers = { ...portal.answers, 'GET /api/council/settings/logo': { ...settings.of.logo, history: settings.changed.history } };
  await send.click();
  await done(page).waitFor();
  assert.deepEqual(sent('/api/council/logo'), [{ picture: 'eHh4' }]);
  assert.equal(sent(changes)[0].value, settings.LOGO);
  await page.getByLabel('Why', { exact: true }).fill('No more');
  await send.click();
  await page.waitForFunction(() => document.querySelector('.govuk-notification-banner'));
  assert.equal(sent(changes).at(-1).value, '');
});

task('one of a few is chosen, and some of many', as(), async (page) => {
  await page.goto(PAGE.replace('lockout_tries', 'default_subscriptions'));
  portal.answers = { ...portal.answers, 'POST /api/council/settings/default_subscriptions/changes': settings.taken, 'GET /api/council/settings/default_subscriptions': { ...settings.of.default_subscriptions, history: settings.changed.history } };
  await page.getByLabel('Daily actions').uncheck();
  await page.getByLabel('Why', { exact: true }).fill('Too many');
  await page.getByRole('button', { name: 'Change setting' }).click();
  await done(page).waitFor();
  assert.equal(sent('/api/council/settings/default_subscriptions/changes')[0].value, 'immediate_actions');
});
