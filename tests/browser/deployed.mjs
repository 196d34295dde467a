// The portal as it is deployed, with its demo data, in a real browser. `infra/local.py test` says where it is.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe } from 'node:test';
import { desk, signIn, visits } from './stack.mjs';

const CLERK = 'imogen.tarrant@marramcare.example';
const VIEWER = 'desmond.achterberg@marramcare.example';

// What the demo data has to show to people who are paid by what they deliver.
const PAID_BY_DELIVERY = {
  'moira.kittiwake@brightway.example': {
    '/actuals/': 'Brightway homecare, north',
    '/actuals/upload/': /ACTUALS_P2001_/,
    '/actuals/exceptions/': 'Waiting for the council',
    '/invoices/': 'Credit note of',
  },
  'edwin.larch@terncare.example': { '/actuals/': 'Tern complex care', '/invoices/': 'Draft invoice' },
  'wilf.hathersage@sharedlives.example': { '/actuals/': 'Timesheets', '/invoices/': 'Disputed' },
};

describe('the deployed portal', () => {
  const visit = visits();

  visit('a clerk signs in, reads the open statement and confirms it', async (page, sound) => {
    await page.goto('/');
    await page.getByLabel('Email address').waitFor();
    await sound('sign-in');
    await signIn(page, CLERK);
    await page.waitForURL('**/choose-provider/**');
    await sound();
    await page.getByRole('button', { name: /Gannet House/ }).click();
    await page.waitForURL('**/home/');
    await page.getByRole('heading', { name: /Scheduled payments/ }).first().waitFor();
    await sound('home');
    await page.goto('/care-packages/');
    await page.getByRole('table').getByText('Permanent - Residential').first().waitFor();
    await sound('care-packages');
    await page.goto('/scheduled-payments/');
    const open = page.getByRole('row').filter({ hasText: /current/i }).getByRole('link').first();
    await open.waitFor();
    await sound('scheduled-payments');
    await open.click();
    await page.waitForURL('**/scheduled-payments/statement/**');
    await page.getByText(/× £865\.46 a week × 28 days ÷ 7 = £3,461\.84/).first().waitFor();
    await sound('statement');
    await page.getByRole('button', { name: 'Confirm statement' }).click();
    await page.getByRole('alert').getByText('You have confirmed this statement.').waitFor();
    await sound();
    await page.reload();
    await page.getByText(/confirmed .*by Imogen Tarrant|Imogen Tarrant confirmed/i).first().waitFor();
  });

  visit('a viewer reads a finalised statement and its remittance advice, and is not asked to respond', async (page, sound) => {
    await signIn(page, VIEWER);
    await page.waitForURL('**/home/');
    await page.goto('/scheduled-payments/');
    const paid = page.getByRole('row').filter({ hasText: /finalised/i }).getByRole('link').first();
    await paid.click();
    await page.waitForURL('**/scheduled-payments/statement/**');
    await page.locator('.govuk-tabs').waitFor();
    assert.equal(await page.getByRole('button', { name: /Confirm|Reject/ }).count(), 0);
    await sound();
    await page.getByRole('link', { name: /remittance/i }).first().click();
    await page.waitForURL('**/scheduled-payments/remittance/**');
    await page.getByRole('table').first().waitFor();
    await sound('remittance');
  });

  visit('a manager goes from the template of a period to a paid invoice', async (page, sound) => {
    const { email, password, contract, period_start: period, total } = desk('prepare');
    const folder = mkdtempSync(path.join(tmpdir(), 'actuals-'));
    const file = (name) => path.join(folder, name);
    const download = async (link, name) => {
      const [saved] = await Promise.all([page.waitForEvent('download'), link.click()]);
      await saved.saveAs(file(name));
    };
    const upload = async (name) => {
      await page.goto('/actuals/upload/');
      await page.getByLabel('Your file of actuals').setInputFiles(file(name));
      await page.getByRole('button', { name: 'Upload and check' }).click();
      await page.waitForURL('**/actuals/upload/batch/**');
      await page.getByText('Nothing is recorded yet.').waitFor();
    };
    const amount = `£${Number(total).toLocaleString('en-GB', { minimumFractionDigits: 2 })}`;
    try {
      await signIn(page, email, password);
      await page.waitForURL('**/home/');
      await page.goto('/actuals/');
      await download(page.getByRole('link', { name: /template XLSX/ }).first(), 'template.xlsx');
      const { rows, rejected } = desk('fill', file('template.xlsx'), file('filled in.xlsx'));

      await upload('filled in.xlsx');
      await page.getByRole('table', { name: 'What keeps rows out' }).waitFor();
      await sound('upload');
      await page.getByRole('button', { name: `Apply ${rows - rejected} good rows` }).click();
      await page.getByText(`${rows - rejected} weeks recorded.`).waitFor();
      await sound();
      await download(page.getByRole('link', { name: /rejected rows with what to do/ }), 'errors.xlsx');
      assert.equal(desk('mend', file('errors.xlsx'), file('mended.xlsx')).codes.length, rejected);

      await upload('mended.xlsx');
      await page.getByRole('button', { name: `Apply ${rejected} rows` }).click();
      await page.getByText('Every row is recorded.').waitFor();

      await page.goto(`/actuals/period/?contract=${contract}&period=${period}`);
      await page.getByText('Every week is entered.').waitFor();
      await sound('actuals');
      await page.getByRole('button', { name: 'Confirm actuals' }).click();
      await page.getByText(/You have confirmed the actuals of/).waitFor();
      await page.getByRole('button', { name: 'Create the invoice' }).click();
      await page.waitForURL('**/invoices/invoice/**');
      await page.getByText(amount).first().waitFor();
      await sound();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Submit invoice' }).click();
      await page.getByText(`You have submitted invoice 1: ${amount}.`).waitFor();
      await sound('invoice');

      desk('approve', '1');
      assert.deepEqual(desk('pay'), { payment_file: total, remittance: total });
      await page.goto('/invoices/');
      const row = page.getByRole('row').filter({ hasText: 'Invoice 1' });
      await row.getByText('Paid').waitFor();
      await sound();
      await row.getByRole('link', { name: 'Remittance advice' }).click();
      await page.waitForURL('**/scheduled-payments/remittance/**');
      await page.getByText(amount).first().waitFor();
      await sound();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [who, pages] of Object.entries(PAID_BY_DELIVERY)) {
    visit(`${who} finds something on every page about what was delivered`, async (page, sound) => {
      await signIn(page, who);
      await page.waitForURL('**/home/');
      for (const [address, shown] of Object.entries(pages)) {
        await page.goto(address);
        await page.getByText(shown).filter({ visible: true }).first().waitFor();
        await sound();
      }
    });
  }

  visit('a page that is not there says so, under the same headers as every page', async (page, sound) => {
    const answer = await page.goto('/nothing/here/');
    assert.equal(answer.status(), 404);
    const headers = answer.headers();
    assert.match(headers['content-security-policy'], /default-src 'self'/);
    assert.doesNotMatch(headers['content-security-policy'], /unsafe/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(headers['strict-transport-security'], /max-age=\d{8}/);
    await sound();
  });
});
