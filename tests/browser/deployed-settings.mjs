// The council's settings in the deployed portal: the configuration role changes one, and who signs in goes by it.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { signIn, visits } from './stack.mjs';

const [CONFIGURATION, AUDITOR] = ['wilfred.garside', 'dilys.harbord'].map((name) => `${name}@seaborough.example`);
const SETTING = '/council/settings/setting/?setting=variation_pounds_max';

describe('the deployed portal, where its settings are decided', () => {
  const visit = visits();

  visit('the configuration role changes a setting at once and from a coming day, and takes that back', async (page, sound) => {
    await signIn(page, CONFIGURATION);
    await page.waitForURL('**/council/');
    await page.getByRole('link', { name: 'See and change the settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await page.getByRole('link', { name: 'Pounds of a variation' }).waitFor();
    await sound();
    await page.getByRole('link', { name: 'Pounds of a variation' }).click();
    await page.getByLabel('It says').fill('a lot');
    await page.getByLabel('Why', { exact: true }).fill('Prices rose');
    await page.getByRole('button', { name: 'Change setting' }).click();
    await page.locator('.govuk-error-summary').waitFor();
    await sound();
    await page.getByLabel('It says').fill('175');
    await page.getByRole('button', { name: 'Change setting' }).click();
    await page.locator('.govuk-notification-banner').getByText('The setting is changed.').waitFor();
    await page.getByRole('row').filter({ hasText: 'Prices rose' }).getByText('Wilfred Garside').waitFor();
    await sound();

    const year = new Date().getFullYear() + 2;
    await page.getByLabel('It says').fill('200');
    await page.getByLabel('Day', { exact: true }).fill('1');
    await page.getByLabel('Month').fill('4');
    await page.getByLabel('Year').fill(String(year));
    await page.getByLabel('Why', { exact: true }).fill('The new year');
    await page.getByRole('button', { name: 'Change setting' }).click();
    await page.getByRole('button', { name: `Withdraw the change of 1 April ${year}` }).click();
    await page.getByLabel('Why', { exact: true }).first().fill('Not now');
    await page.getByRole('button', { name: 'Withdraw change' }).click();
    await page.locator('.govuk-notification-banner').getByText('Nothing is to change').waitFor();
    assert.equal(await page.getByText('To come', { exact: true }).count(), 0);
    await sound();
  });

  visit('the auditor reads who changed it, changes nothing, and finds a provider and a client', async (page, sound) => {
    await signIn(page, AUDITOR);
    await page.waitForURL('**/council/');
    await page.goto(SETTING);
    await page.getByRole('row').filter({ hasText: 'Prices rose' }).getByText('Wilfred Garside').waitFor();
    assert.equal(await page.getByRole('button', { name: /Change setting|Withdraw/ }).count(), 0);
    await sound();
    await page.goto('/council/provider/?q=whimbrel');
    await page.getByRole('link', { name: 'Whimbrel House' }).click();
    await page.getByRole('region', { name: 'Statements' }).getByRole('table').waitFor();
    await sound();
    const client = await page.evaluate(async () => {
      const answer = await fetch('/api/council/contracts/P1005/C1005');
      return (await answer.json()).lines[0].ss_ref;
    });
    await page.goto('/council/provider/');
    await page.getByLabel('Find a client by SSRef').fill(client);
    await page.getByRole('button', { name: 'Find client' }).click();
    await page.getByRole('region', { name: 'Care packages' }).getByRole('table').waitFor();
    assert.ok((await page.title()).startsWith(`Client ${client}`));
    await sound();
  });
});
