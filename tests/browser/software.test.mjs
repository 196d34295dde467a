// What a provider's administrators do about its software, with canned answers.

import assert from 'node:assert/strict';
import { portal, sent, task } from './harness.mjs';
import * as software from './mock/software.mjs';

task('a key is made for what is ticked, its secret stands on the page once, and loading the page again hides it', {}, async (page) => {
  await page.goto('/api-keys/');
  await page.getByLabel('Name').fill('Night rota');
  await page.getByLabel('Read', { exact: true }).check();
  await page.getByLabel('Actuals', { exact: true }).check();
  await page.getByRole('button', { name: 'Make the key' }).click();
  assert.equal(await page.locator('[data-secret]').textContent(), software.made.secret);
  const [body] = sent('/api/api-keys');
  assert.deepEqual({ ...body, request_id: null }, { request_id: null, name: 'Night rota', scopes: ['read', 'actuals'], last_day: '2027-11-23' });
  await page.reload();
  await page.getByRole('rowheader', { name: 'Care records' }).waitFor();
  assert.equal(await page.locator('[data-secret]').count(), 0);
});

task('a key is revoked only after it was asked a second time', {}, async (page) => {
  await page.goto('/api-keys/');
  await page.getByRole('button', { name: 'Revoke Rota software', exact: true }).click();
  await page.getByRole('button', { name: 'Go back' }).click();
  assert.equal(sent('/api/api-keys/5F1C09A2B7D34E60/revocation').length, 0);
  await page.getByRole('button', { name: 'Revoke Rota software', exact: true }).click();
  await page.getByRole('button', { name: 'Revoke the key' }).click();
  await page.getByText('“Rota software” is revoked').waitFor();
  assert.equal(portal.asked.filter(({ key }) => key.endsWith('/revocation')).length, 1);
});

task('an address for the calendar is told once and can be taken away', {}, async (page) => {
  await page.goto('/account/');
  await page.getByRole('button', { name: 'Make an address' }).click();
  assert.equal(await page.locator('[data-calendar-url]').textContent(), software.madeCalendar.url);
  await page.getByRole('button', { name: 'Remove the address' }).click();
  await page.getByText('is removed').waitFor();
  assert.equal(await page.locator('[data-calendar-url]').count(), 0);
  assert.equal(sent('/api/calendar/removal').length, 1);
});

task('an address is told what is ticked, tried, and its messages are sent again', {}, async (page) => {
  await page.goto('/webhooks/');
  await page.getByRole('textbox', { name: 'Address' }).fill('https://rota.meadow.example/portal');
  await page.getByLabel('A statement is locked').check();
  await page.getByRole('button', { name: 'Add the address' }).click();
  assert.equal(await page.locator('[data-secret]').textContent(), software.addedWebhook.secret);
  const [body] = sent('/api/webhooks');
  assert.deepEqual({ ...body, request_id: null }, { request_id: null, url: 'https://rota.meadow.example/portal', kinds: ['statement.locked'] });
  await page.getByRole('button', { name: 'Send a test message' }).click();
  await page.getByText('on its way').waitFor();
  await page.getByRole('button', { name: 'Send again statement.opened' }).click();
  await page.getByText('is sent again').waitFor();
  assert.equal(sent('/api/webhooks/5F1C09A2B7D34E70/deliveries/20261121T101500000-5F1C09A2B7D34E60/repetition').length, 1);
});
