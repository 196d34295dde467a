// The roll-out in the deployed portal: an announcement above every page, and a contract whose first day is moved after a try.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { desk, signIn, visits } from './stack.mjs';

const [CONFIGURATION, CONTRACTS, PERSON] = ['wilfred.garside@seaborough.example', 'olwen.tasker@seaborough.example', 'imogen.tarrant@marramcare.example'];
const TEXT = 'From Friday 6pm to Saturday noon the portal is closed.';
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

describe('the deployed portal, as it is rolled out', () => {
  const visit = visits();

  visit('what the council announces stands above the landing page and a provider’s pages until it is withdrawn', async (page, sound, another) => {
    await signIn(page, CONFIGURATION);
    await page.waitForURL('**/council/');
    await page.goto('/council/announcements/');
    await page.getByText('Announce something').click();
    await page.getByLabel('What it says').fill(TEXT);
    await page.getByRole('button', { name: 'Announce', exact: true }).click();
    await page.locator('.govuk-notification-banner').getByText('It is announced.').waitFor();
    await sound();
    const { page: visitor, sound: soundToo } = await another();
    await visitor.goto('/');
    const above = visitor.getByRole('region', { name: 'Announcement', exact: true });
    await above.getByText(TEXT).waitFor();
    await soundToo();
    await signIn(visitor, PERSON);
    await visitor.waitForURL('**/choose-provider/');
    await above.getByText(TEXT).waitFor();
    await soundToo();
    await visitor.getByRole('button', { name: 'Hide announcement' }).click();
    assert.equal(await above.count(), 0);
    await page.getByRole('button', { name: /^Withdraw the announcement/ }).first().click();
    await page.getByRole('button', { name: 'Withdraw announcement' }).click();
    await page.locator('.govuk-notification-banner').getByText('stays in the history').waitFor();
    const { page: later } = await another();
    await later.goto('/');
    await later.getByLabel('Email address').waitFor();
    assert.equal(await later.getByText(TEXT).count(), 0);
  });

  visit('the first day of a contract is moved by a file that is tried first', async (page, sound) => {
    const { day: coming } = desk('coming');
    const [year, month, date] = coming.split('-').map(Number);
    await signIn(page, CONTRACTS);
    await page.waitForURL('**/council/');
    await page.goto('/council/roll-out/?q=CB9');
    await page.getByRole('row', { name: /Teal House/ }).getByText(`${date} ${months[month - 1]} ${year}`).waitFor();
    await sound();
    await page.getByRole('checkbox', { name: 'Choose Teal House, residential' }).check();
    const day = page.getByRole('textbox', { name: 'Day' });
    await day.fill('1');
    await page.getByLabel('Month').fill('3');
    await page.getByLabel('Year').fill('2031');
    await page.getByRole('button', { name: 'See what it would change' }).click();
    await page.waitForURL(/\/council\/imports\/file\/\?upload=/);
    await page.getByRole('button', { name: 'Apply this file' }).click({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Apply file' }).click();
    await page.getByRole('link', { name: /See what became of contracts_/ }).click();
    await page.getByText('Every row was applied.').waitFor();
    await sound();
    await page.goto('/council/roll-out/?q=CB9');
    await page.getByRole('row', { name: /Teal House/ }).getByText('1 March 2031').waitFor();
  });
});
