// Four eyes in the deployed portal: a payments officer decides by hand, a finaliser agrees and pays, each in a window of their own.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { signIn, visits } from './stack.mjs';

const [OFFICER, FINALISER] = ['martin.selby', 'fergus.stell'].map((name) => `${name}@seaborough.example`);
const CONTRACT = '/council/directives/?provider=P1005&contract=C1005';

/** Pence of `£1,234.50`. */
const pence = (text) => Math.round(Number(text.replace(/[^\d.]/g, '')) * 100);

describe('the deployed portal, where payments are decided', () => {
  const visit = visits();

  async function atTheCouncil(page, who) {
    await signIn(page, who);
    await page.waitForURL('**/council/');
  }

  /** From the schedule to the statement of Whimbrel House that locked last. */
  async function openStatement(page) {
    await page.goto('/council/payments/');
    await page.getByRole('region', { name: 'Cycle CYC28C' }).getByRole('table').getByRole('link').first().click();
    await page.getByRole('link', { name: 'Whimbrel House' }).click();
    await page.locator('.portal-sums').waitFor();
  }

  visit('a payments officer adjusts the next statement after its pounds were shown, and cannot agree to their own', async (page, sound) => {
    await atTheCouncil(page, OFFICER);
    await page.getByRole('heading', { name: 'Weeks over tolerance' }).waitFor();
    await page.goto(CONTRACT);
    await page.getByText('Repair of a door that a resident damaged').waitFor();
    await sound();
    await page.getByText('Make a manual adjustment').click();
    await page.getByLabel('Amount').fill('20.00');
    await page.locator('#adjustment-reason').fill('A taxi to a day centre');
    await page.getByRole('button', { name: 'Show what it would change' }).last().click();
    await page.getByRole('heading', { name: /Adjust by £20\.00/ }).waitFor();
    await page.getByRole('row', { name: /Total/ }).getByText('£20.00').waitFor();
    await sound();
    await page.getByRole('button', { name: 'Make this decision' }).click();
    await page.locator('.govuk-notification-banner').getByText('It is decided').waitFor();
    await page.getByRole('row').filter({ hasText: 'A taxi to a day centre' }).first().waitFor();
    await openStatement(page);
    await page.getByText('You decided something in this statement yourself').waitFor();
    assert.equal(await page.getByRole('button', { name: /Authorise|Finalise/ }).count(), 0);
    await sound();
  });

  visit('a finaliser finds what waits for a second person, authorises it, and sends it for payment once', async (page, sound) => {
    await atTheCouncil(page, FINALISER);
    await page.getByText(/wait(s)? for a second person/).waitFor();
    await sound();
    await page.getByRole('link', { name: 'Statements to authorise' }).click();
    await page.getByRole('heading', { level: 1, name: 'Payments' }).waitFor();
    await sound();
    await openStatement(page);
    await page.getByText('has to authorise it before it is paid').waitFor();
    await sound('council-statement');
    const payable = pence(await page.locator('.portal-sums__sum--main').innerText());
    await page.getByRole('button', { name: 'Authorise this statement' }).click();
    await page.getByRole('button', { name: 'Authorise statement' }).click();
    await page.locator('.govuk-notification-banner').getByText('The statement is authorised.').waitFor();
    await page.getByRole('button', { name: 'Finalise now this statement' }).click();
    await page.getByRole('button', { name: 'Finalise statement' }).click();
    await page.locator('.govuk-notification-banner').getByText('finalised and sent for payment').waitFor();
    await sound();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the payment file again' }).click()]);
    assert.match(file.suggestedFilename(), /^payments_CYC28C_.*_C1005\.csv$/);
    assert.equal(pence(await page.locator('.portal-sums__sum--main').innerText()), payable);
    await page.reload();
    await page.getByText('Finalised', { exact: true }).first().waitFor();
    assert.equal(await page.getByRole('button', { name: /Authorise|Finalise/ }).count(), 0);
  });
});
