// Announcements above every page, and the roll-out, with canned answers.

import assert from 'node:assert/strict';
import { portal, sent, task } from './harness.mjs';
import * as data from './mock/data.mjs';
import * as roll from './mock/roll-out.mjs';

const { problem } = data;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const errors = (page) => page.locator('.govuk-error-summary');
const done = (page) => page.locator('.govuk-notification-banner');
const signedOut = problem(401, 'signed-out', 'You are signed out');
const API = '/api/council/announcements';

task('an announcement stands above the landing page, the sign-in and every other page until it is hidden', { 'GET /api/session': signedOut, 'GET /api/sign-in/options': { ...data.options, announcements: roll.said } }, async (page) => {
  for (const path of ['/', '/help/', '/password-reset/']) {
    await page.goto(path);
    await page.getByRole('region', { name: 'Announcement', exact: true }).getByText('Confirm before then.').waitFor();
  }
  await page.getByRole('button', { name: 'Hide announcement', exact: true }).click();
  await page.getByText('Second: a word').waitFor();
  assert.equal(await page.getByText('Confirm before then.').count(), 0);
  await page.goto('/');
  await page.getByText('Second: a word').waitFor();
  assert.equal(await page.getByText('Confirm before then.').count(), 0);
  await page.getByRole('button', { name: 'Hide announcement' }).click();
  assert.equal(await page.locator('.portal-announcement').count(), 0);
});

task('what was hidden is shown again after signing out, and markup in it is text', { 'GET /api/session': { ...data.session, announcements: [{ announcement_id: 'n9', text: '<b>Closed</b> on Friday' }] } }, async (page) => {
  await page.goto('/home/');
  await page.getByText('<b>Closed</b> on Friday').waitFor();
  await page.getByRole('button', { name: 'Hide announcement' }).click();
  await page.goto('/home/');
  await page.locator('.portal-area').first().waitFor();
  assert.equal(await page.locator('.portal-announcement').count(), 0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/signed-out/);
  await page.goto('/home/');
  await page.getByText('<b>Closed</b> on Friday').waitFor();
});

task('something is announced once however often it is sent, with its days and whom it is for', { 'GET /api/session': roll.configuration, [`POST ${API}`]: 'no answer' }, async (page) => {
  await page.goto('/council/announcements/');
  await page.getByText('Announce something').click();
  await page.getByLabel('What it says').fill('Closed on Friday');
  await page.getByLabel('Providers who are signed in').check();
  const last = page.getByRole('group', { name: 'Last day' });
  await last.getByLabel('Day').fill('27');
  await last.getByLabel('Month').fill('11');
  await last.getByLabel('Year').fill('2026');
  await page.getByRole('button', { name: 'Announce', exact: true }).click();
  await errors(page).getByText('Check that you are connected').waitFor();
  portal.answers = { ...portal.answers, [`POST ${API}`]: roll.announcements };
  await page.getByRole('button', { name: 'Announce', exact: true }).click();
  await done(page).getByText('It is announced.').waitFor();
  const bodies = sent(API);
  assert.match(bodies[0].request_id, UUID);
  assert.equal(new Set(bodies.map((body) => JSON.stringify(body))).size, 1);
  assert.deepEqual({ ...bodies[0], request_id: null }, { request_id: null, text: 'Closed on Friday', audience: 'providers', from_date: '2026-11-22', to_date: '2026-11-27', replaces: null });
});

task('an announcement is replaced by another, or withdrawn after a question', { 'GET /api/session': roll.configuration }, async (page) => {
  await page.goto('/council/announcements/');
  await page.getByRole('button', { name: /^Replace/ }).first().click();
  assert.match(await page.getByLabel('What it says').inputValue(), /closed on Friday/);
  await page.getByRole('button', { name: 'Announce', exact: true }).click();
  await done(page).waitFor();
  assert.equal(sent(API)[0].replaces, 'n1');
  await page.getByRole('button', { name: /^Withdraw the/ }).first().click();
  await page.getByRole('button', { name: 'Withdraw announcement' }).click();
  await done(page).getByText('stays in the history').waitFor();
});

task('another first day is tried as a file of contracts, and locked contracts cannot be chosen', { 'GET /api/session': roll.contracts }, async (page) => {
  await page.goto('/council/roll-out/');
  await page.getByText('2 contracts on 21 December 2026').waitFor();
  assert.equal(await page.getByRole('checkbox').count(), 2);
  await page.getByRole('button', { name: 'See what it would change' }).click();
  assert.deepEqual(await errors(page).getByRole('link').allTextContents(), ['Choose at least one contract', 'Enter the first day on the portal']);
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  const day = page.getByRole('group', { name: 'First day on the portal' });
  await day.getByLabel('Day').fill('4');
  await day.getByLabel('Month').fill('1');
  await day.getByLabel('Year').fill('2027');
  await page.getByRole('button', { name: 'See what it would change' }).click();
  await page.waitForURL(/\/council\/imports\/file\/\?upload=/);
  const [body] = sent('/api/council/imports');
  assert.deepEqual([body.feed, body.file_name], ['contracts', 'contracts.csv']);
  assert.equal(portal.uploaded.length, 1);
});
