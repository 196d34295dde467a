// What the council's people do on the pages that gather what there is of a provider or a client, with canned answers.

import assert from 'node:assert/strict';
import { task } from './harness.mjs';
import * as gathered from './mock/gathered.mjs';

const as = (answers = {}) => ({ 'GET /api/session': gathered.auditor, ...answers });

task('a provider is found by its name, and each part leads to its page', as(), async (page) => {
  await page.goto('/council/');
  await page.getByRole('navigation').getByRole('link', { name: 'Providers and clients' }).click();
  await page.getByLabel('Find a provider by name or reference').fill('meadow');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByRole('link', { name: 'Meadow View House' }).click();
  await page.getByRole('heading', { level: 1, name: 'Meadow View House' }).waitFor();
  const statements = page.getByRole('region', { name: 'Statements' });
  assert.match(await statements.getByRole('link', { name: 'Meadow View residential' }).getAttribute('href'), /\/council\/payments\/statement\/\?provider=P1002&contract=C3001/);
  await statements.getByText('£3,461.84').waitFor();
  await page.getByRole('region', { name: 'Weeks over tolerance' }).getByText('There is nothing.').waitFor();
});

task('a client is found by reference, and the title of the page names nobody', as(), async (page) => {
  await page.goto('/council/provider/');
  await page.getByLabel('Find a client by SSRef').fill(' A272433 ');
  await page.getByRole('button', { name: 'Find client' }).click();
  await page.getByRole('heading', { level: 1, name: 'Miss Wednesday Ashdown' }).waitFor();
  assert.match(await page.title(), /^Client A272433/);
  await page.getByRole('region', { name: 'Care packages' }).getByText('From 5 Jan 2026: 1 at £840.00').waitFor();
  await page.getByRole('link', { name: 'Meadow View House' }).waitFor();
});
