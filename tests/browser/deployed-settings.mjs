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
    await sound('council-settings');
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

  visit('a colour on which white text cannot be read is refused, and a dark one is on every page', async (page, sound) => {
    const change = async (colour) => {
      await page.goto('/council/settings/setting/?setting=brand_colour');
      await page.getByLabel('It says').fill(colour);
      await page.getByLabel('Why', { exact: true }).fill('Our own colour');
      await page.getByRole('button', { name: 'Change setting' }).click();
    };
    const header = () => page.locator('.portal-header__bar').evaluate((bar) => getComputedStyle(bar).backgroundColor);
    await signIn(page, CONFIGURATION);
    await page.waitForURL('**/council/');
    await change('#ffcc00');
    await page.locator('.govuk-error-summary').getByText('has a contrast of 1.51 to 1').waitFor();
    await sound();
    await change('#5b2a86');
    await page.locator('.govuk-notification-banner').getByText('The setting is changed.').waitFor();
    await page.goto('/help/');
    await page.waitForFunction(() => getComputedStyle(document.querySelector('.portal-header__bar')).backgroundColor === 'rgb(91, 42, 134)');
    await sound();
    await change('');
    await page.locator('.govuk-notification-banner').getByText('The setting is changed.').waitFor();
    await page.goto('/council/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForFunction(() => getComputedStyle(document.querySelector('.portal-header__bar')).backgroundColor === 'rgb(18, 48, 59)');
    assert.equal(await header(), 'rgb(18, 48, 59)');
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
    await sound('council-provider');
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
