// A provider's software in the deployed portal: its key and its webhook from the page to their end, and a note of the council's
// that stands at the foot of what was paid.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, request } from 'node:http';
import { after, before, describe } from 'node:test';
import { desk, signIn, visits } from './stack.mjs';

const OFFICER = 'martin.selby@seaborough.example';
const NOTE = 'We are closed on the last Friday of the month.';
const SITE = new URL(process.env.PORTAL_SITE_URL);

/** Asks as a program does: with a key, without a cookie. The status and the code of a refusal. */
const asked = (key, path) => new Promise((resolve, reject) => {
  const { port } = new URL(process.env.PORTAL_EMULATOR_URL);
  request({ host: '127.0.0.1', port, path, headers: { host: SITE.host, authorization: `Bearer ${key}` } }, async (answer) => {
    let text = '';
    for await (const part of answer) text += part;
    resolve([answer.statusCode, JSON.parse(text).code ?? null]);
  }).on('error', reject).end();
});

describe('the deployed portal, where a provider lets its software in', () => {
  const visit = visits();
  const heard = [];
  let house, receiver, address;

  before(async () => {
    house = desk('software');
    receiver = createServer(async (message, answer) => {
      let body = '';
      for await (const part of message) body += part;
      heard.push({ headers: message.headers, body });
      answer.writeHead(204).end();
    });
    await new Promise((resolve) => { receiver.listen(0, '127.0.0.1', resolve); });
    address = `http://127.0.0.1:${receiver.address().port}/portal`;
  });
  after(() => receiver?.close());

  async function atTheHouse(page) {
    await signIn(page, house.email, house.password);
    await page.waitForURL('**/home/');
  }

  const done = (page, text) => page.locator('.govuk-notification-banner').getByText(text).waitFor();

  /** Whether a message is signed by a secret, as Standard Webhooks says. */
  function signedBy(secret, { headers, body }) {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const sum = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest('base64');
    return headers['webhook-signature'].split(' ').includes(`v1,${sum}`);
  }

  visit('an administrator makes a key that is shown once, works at once, and is refused as soon as it is revoked', async (page, sound) => {
    await atTheHouse(page);
    await page.goto('/organisation/');
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByText('There are no keys yet.').waitFor();
    await sound();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.locator('.govuk-error-summary').waitFor();
    await sound();
    await page.getByLabel('Name', { exact: true }).fill('Rota software');
    await page.getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await done(page, 'The key “Rota software” is made.');
    const key = await page.locator('[data-secret]').innerText();
    assert.match(key, /^pp_live_[0-9a-f]{72}$/);
    await sound();
    const statement = `/api/scheduled-payments/${house.contract}/${house.period_start}`;
    assert.deepEqual(await asked(key, statement), [200, null]);
    assert.equal((await asked(key, '/api/api-keys'))[1], 'not-allowed');
    await page.reload();
    await page.getByRole('row').filter({ hasText: 'Rota software' }).waitFor();
    assert.ok(!(await page.content()).includes(key.slice(8, 40)), 'it is shown once');
    await page.getByRole('button', { name: /Revoke/ }).click();
    await page.getByRole('button', { name: 'Revoke the key' }).click();
    await done(page, 'The key “Rota software” is revoked.');
    await page.getByRole('row').filter({ hasText: 'Rota software' }).getByText('Revoked', { exact: true }).waitFor();
    assert.deepEqual(await asked(key, statement), [401, 'api-key-unknown']);
    await sound();
  });

  visit('an administrator has an address told, tries it, changes its secret, and removes it', async (page, sound) => {
    await atTheHouse(page);
    await page.goto('/organisation/');
    await page.getByRole('link', { name: 'webhooks' }).click();
    await page.getByText('No address is told yet.').waitFor();
    await page.getByRole('textbox', { name: 'Address' }).fill('http://rota.example/portal');
    await page.getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Add the address' }).click();
    await page.locator('.govuk-error-summary').waitFor();
    await sound();
    await page.getByRole('textbox', { name: 'Address' }).fill(address);
    await page.getByRole('button', { name: 'Add the address' }).click();
    await done(page, 'The address is told from now on.');
    const secret = await page.locator('[data-secret]').innerText();
    assert.match(secret, /^whsec_/);
    await sound();
    await page.getByRole('button', { name: /Send a test message/ }).click();
    await done(page, 'A test message is on its way.');
    await told(page, 1);
    assert.equal(JSON.parse(heard[0].body).type, 'endpoint.test');
    assert.ok(signedBy(secret, heard[0]));
    const delivery = page.getByRole('row').filter({ hasText: 'endpoint.test' }).first();
    await delivery.getByText('Delivered').waitFor();
    await delivery.getByText('204').waitFor();
    assert.ok(!(await page.content()).includes(secret), 'it is shown once');
    await sound();
    await page.getByRole('button', { name: /Change the secret/ }).click();
    await page.getByRole('button', { name: 'Change it' }).click();
    await done(page, 'The secret is changed.');
    const next = await page.locator('[data-secret]').innerText();
    assert.notEqual(next, secret);
    await sound();
    await page.getByRole('button', { name: /Send a test message/ }).click();
    await done(page, 'A test message is on its way.');
    await told(page, 2);
    assert.ok(signedBy(next, heard[1]) && signedBy(secret, heard[1]), 'by both for a day');
    await page.getByRole('button', { name: /^Remove/ }).click();
    await page.getByRole('button', { name: 'Remove the address' }).click();
    await done(page, 'The address is removed.');
    await page.getByText('No address is told yet.').waitFor();
    await sound();
  });

  /** A minute later software has heard that many messages, and the page lists them as delivered. */
  async function told(page, count) {
    desk('minute');
    for (const until = Date.now() + 60_000; heard.length < count && Date.now() < until;) await new Promise((resolve) => { setTimeout(resolve, 100); });
    assert.equal(heard.length, count);
    await page.waitForLoadState('networkidle');
    for (const until = Date.now() + 30_000; Date.now() < until;) {
      await page.reload();
      await page.getByRole('row').filter({ hasText: 'endpoint.test' }).first().waitFor();
      if (await page.getByText('Delivered', { exact: true }).count() >= count) return;
    }
    assert.fail('the page does not say that it was delivered');
  }

  visit('a payments officer writes a note, and it stands at the foot of the remittance once the statement is paid', async (page, sound, another) => {
    await signIn(page, OFFICER);
    await page.waitForURL('**/council/');
    await page.goto('/council/remittance-notes/');
    await page.getByText('Write a note', { exact: true }).click();
    await page.getByLabel('One contract').check();
    await page.getByLabel('Reference').fill(house.contract);
    const days = { 'On payments with a pay date from': new Date(), To: new Date(Date.now() + 60 * 86_400_000) };
    for (const [legend, day] of Object.entries(days)) {
      const group = page.getByRole('group', { name: legend, exact: true });
      await group.getByLabel('Day').fill(String(day.getDate()));
      await group.getByLabel('Month').fill(String(day.getMonth() + 1));
      await group.getByLabel('Year').fill(String(day.getFullYear()));
    }
    await page.getByRole('button', { name: 'Write this note' }).click();
    await page.locator('.govuk-error-summary').waitFor();
    await sound();
    await page.getByLabel('Note', { exact: true }).fill(NOTE);
    await page.getByRole('button', { name: 'Write this note' }).click();
    await done(page, 'The note is written.');
    await page.getByRole('row').filter({ hasText: NOTE }).first().getByText('Martin Selby').waitFor();
    await sound();
    assert.ok(Number(desk('paid').payment_file) > 0);
    const { page: home, sound: soundAtHome } = await another();
    await atTheHouse(home);
    await home.goto(`/scheduled-payments/remittance/?contract=${house.contract}&period=${house.period_start}`);
    await home.getByRole('heading', { name: 'From the council' }).waitFor();
    await home.getByText(NOTE).waitFor();
    await soundAtHome();
  });
});
