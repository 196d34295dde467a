// The council's files, reports and audit in the deployed portal: each person of the council does their part and is shown no other.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe } from 'node:test';
import { desk, signIn, visits } from './stack.mjs';

const [CONTRACTS, OFFICER, AUDITOR] = ['olwen.tasker', 'martin.selby', 'dilys.harbord'].map((name) => `${name}@seaborough.example`);

/** Pence of `£1,234.50` or `−£5.00`. */
const pence = (text) => Math.round(Number(text.replace(/[^\d.]/g, '')) * 100) * (/[−-]/.test(text) ? -1 : 1);

describe('the deployed portal, where the council sends its files and looks back', () => {
  const visit = visits();
  let house;

  async function atTheCouncil(page, who) {
    await signIn(page, who);
    await page.waitForURL('**/council/');
    await page.getByRole('heading', { level: 1 }).waitFor();
  }

  const areas = (page) => page.getByRole('navigation').getByRole('link').allInnerTexts();

  const said = (page, term) => page.locator('.govuk-summary-list__row', { has: page.getByText(term, { exact: true }) }).locator('dd').first().innerText();

  visit('the contracts team is told in rows and pounds what a file would do, and applying it does just that', async (page, sound) => {
    house = desk('house');
    await atTheCouncil(page, CONTRACTS);
    assert.ok(!(await areas(page)).some((name) => /Audit|Users|Settings|Payments/.test(name)));
    await page.getByRole('link', { name: 'Council files' }).first().click();
    await page.getByRole('form', { name: 'Send a council file' }).waitFor();
    await sound();
    await page.getByLabel('What the file is about').selectOption('prices');
    await page.setInputFiles('#file', { name: 'dearer.csv', mimeType: 'text/csv', buffer: Buffer.from(house.file) });
    await page.getByRole('button', { name: 'See what it would change' }).click();
    await page.waitForURL('**/council/imports/file/**');
    const statement = page.getByRole('row', { name: new RegExp(house.name) });
    await statement.waitFor();
    const [now, then, change] = (await statement.getByRole('cell').allInnerTexts()).slice(-3).map(pence);
    assert.deepEqual([then - now, change], [pence(house.change), pence(house.change)]);
    await page.getByRole('table', { name: 'Rows that would not be applied' }).getByText('a lot').waitFor();
    const wouldDo = await said(page, 'It would do');
    await sound('council-file');
    await page.getByRole('button', { name: 'Apply this file' }).click();
    await page.getByRole('button', { name: 'Apply file' }).click();
    await page.locator('.govuk-notification-banner').getByText('The file is being applied.').waitFor();
    await page.getByRole('link', { name: /See what became of/ }).waitFor();
    assert.equal(await said(page, 'It did'), wouldDo);
    assert.equal(await page.getByRole('button', { name: 'Apply this file' }).count(), 0);
    await page.getByRole('link', { name: /See what became of/ }).click();
    await page.getByRole('table', { name: 'Rows that were not applied' }).getByText('a lot').waitFor();
    await sound();
    house.then = then;
  });

  visit('a payments officer finds the statement as it was foretold, and takes a report away that says what the page says', async (page, sound) => {
    await atTheCouncil(page, OFFICER);
    await page.goto('/council/payments/');
    await page.getByRole('region', { name: `Cycle ${house.cycle}` }).getByRole('table').getByRole('link').first().click();
    await page.getByRole('link', { name: house.name }).click();
    assert.equal(pence(await page.locator('.portal-sums__sum--main').innerText()), house.then);
    await page.getByRole('link', { name: 'Reports', exact: true }).click();
    await page.getByRole('link', { name: 'Remittance advice by period' }).click();
    await page.getByRole('table').first().waitFor();
    await sound('council-report');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download as CSV' }).click()]);
    const rows = (await readFile(await file.path(), 'utf8')).trim().split('\r\n').length - 1;
    assert.ok(rows > 1);
    await page.getByText(new RegExp(`\\b${rows.toLocaleString('en-GB')} rows?\\b`)).first().waitFor();
  });

  visit('the auditor finds who sent the file and who looked at the statement, and has nothing to press', async (page, sound) => {
    await atTheCouncil(page, AUDITOR);
    for (const [area, heading] of [['Council files', 'Council files'], ['Payments', 'Payments'], ['Directives and adjustments', 'Directives and adjustments']]) {
      await page.getByRole('navigation').getByRole('link', { name: area, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await page.waitForLoadState('networkidle');
      assert.equal(await page.getByRole('button', { name: /Apply|Send|See what|Pause|Try waiting|Decide/ }).count(), 0, area);
      await sound();
    }
    await page.getByRole('navigation').getByRole('link', { name: 'Audit', exact: true }).click();
    await page.getByLabel('Find a person by the email address').fill(CONTRACTS);
    await page.getByRole('button', { name: 'Find' }).click();
    await page.waitForURL(/actor=/);
    assert.ok(!page.url().includes('olwen'), 'the address names nobody');
    const records = page.getByRole('table');
    await records.getByRole('row', { name: /application/i }).first().waitFor();
    await sound();
    await page.goto(`/council/audit/?provider=${house.provider}`);
    await page.getByRole('table').getByText('Martin Selby').first().waitFor();
    await sound();
  });
});
