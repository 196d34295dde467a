// Both sides of the deployed portal talking to each other: each in a window of its own, with the demo data.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe } from 'node:test';
import { emailTo, signIn, visits } from './stack.mjs';

const [MANAGER, OTHER_MANAGER, SIGNATORY, ADMIN, VIEWER] = [
  'nerys.pendry@havenfield.example', 'edwin.larch@terncare.example', 'beatrice.marlowe@marramcare.example', 'rosalind.quarmby@marramcare.example',
  'desmond.achterberg@marramcare.example',
];
const [HELPDESK, PAYMENTS, BROKERAGE, SYSTEMS, AUDITOR] = ['harriet.lowther', 'martin.selby', 'olwen.tasker', 'tobias.wren', 'dilys.harbord']
  .map((name) => `${name}@seaborough.example`);
const PASSWORD = process.env.PORTAL_DEMO_PASSWORD;

/** Pence of `-£1,234.50`, with any sign that a page may write before the pound. */
const pence = (text) => Math.round(Number(text.replace(/[^\d.]/g, '')) * 100) * (/[-−–]\s*£/.test(text) ? -1 : 1);

describe('the deployed portal, from both sides', () => {
  const visit = visits();

  /** Somebody at the council, in another window. */
  async function atTheCouncil(another, who) {
    const window = await another();
    await signIn(window.page, who);
    await window.page.waitForURL('**/council/');
    return window;
  }

  /** Signs in where somebody acts for several providers. */
  async function signInFor(page, who, provider) {
    await signIn(page, who);
    await page.waitForURL('**/choose-provider/**');
    await page.getByRole('button', { name: provider }).click();
    await page.waitForURL('**/home/');
  }

  /** Types a day into its three parts. */
  async function typeDay(page, legend, day) {
    const group = page.getByRole('group', { name: legend });
    for (const [label, value] of [['Day', day.getDate()], ['Month', day.getMonth() + 1], ['Year', day.getFullYear()]]) await group.getByLabel(label).fill(String(value));
  }

  visit('a death is reported, Payments accepts the change that it comes to, and the statement follows by these pounds', async (page, sound, another) => {
    await signInFor(page, MANAGER, /Havenfield Care Centre/);
    await page.goto('/scheduled-payments/');
    await page.getByRole('row').filter({ hasText: /current/i }).getByRole('link').first().click();
    await page.waitForURL('**/scheduled-payments/statement/**');
    const statement = page.url();
    const payable = async () => pence(await page.locator('.portal-sums__sum--main').first().innerText());
    await page.locator('.govuk-tabs').waitFor();
    const before = await payable();

    await page.goto('/actions/new/?type=death');
    await page.getByLabel('Client').selectOption({ index: 1 });
    await typeDay(page, 'Date of death', new Date(Date.now() - 3 * 86_400_000));
    await page.getByLabel('Title').fill('A death on Thursday');
    await page.getByLabel('Text', { exact: true }).fill('She died in hospital. The certificate is attached.');
    await page.locator('#attachments').setInputFiles({ name: 'certificate.txt', mimeType: 'text/plain', buffer: Buffer.from('To be sent by post.\n') });
    await sound();
    await page.getByRole('button', { name: 'Create action' }).click();
    await page.waitForURL('**/actions/action/**');
    await page.getByText('Your action is with the council.').waitFor();
    await sound();

    const council = await atTheCouncil(another, PAYMENTS);
    await council.page.getByRole('link', { name: 'Actions' }).first().waitFor();
    await council.sound('council-home');
    await council.page.goto('/council/actions/');
    await council.page.getByRole('link', { name: 'A death on Thursday' }).waitFor();
    await council.sound();
    await council.page.getByRole('link', { name: 'A death on Thursday' }).click();
    await council.page.getByRole('heading', { name: 'Proposed change' }).waitFor();
    const row = council.page.getByRole('table', { name: 'What it comes to' }).locator('tbody tr').first();
    const difference = pence(await row.locator('td').last().innerText());
    assert.ok(difference < 0, 'care that ends costs less');
    await council.sound('council-action');
    await council.page.getByRole('button', { name: 'Accept this change' }).click();
    await council.page.getByRole('button', { name: 'Accept change' }).click();
    await council.page.getByText('You have accepted the change.').waitFor();
    await council.sound();

    await page.reload();
    await page.getByText('Change accepted').waitFor();
    await sound('action');
    for (const until = Date.now() + 30_000; ;) {
      await page.goto(statement);
      await page.locator('.govuk-tabs').waitFor();
      if (await payable() === before + difference) break;
      assert.ok(Date.now() < until, `${await payable()} is not ${before} and ${difference}`);
    }
  });

  visit('a question is answered by its team, told by an email without names, and done; one link ends such emails', async (page, sound, another) => {
    await signIn(page, OTHER_MANAGER);
    await page.waitForURL('**/home/');
    await page.goto('/actions/');
    await page.getByRole('link', { name: 'New action' }).or(page.getByRole('button', { name: 'New action' })).first().click();
    await page.waitForURL('**/actions/new/**');
    await page.getByLabel('Type', { exact: true }).selectOption({ label: 'General query' });
    await page.getByLabel('Related to').selectOption({ label: 'Nothing in particular' });
    await page.getByLabel('Title').fill('Remittances by post');
    await page.getByLabel('Text', { exact: true }).fill('Can they stop?');
    await page.getByRole('button', { name: 'Create action' }).click();
    await page.waitForURL('**/actions/action/**');

    const told = (await emailTo(OTHER_MANAGER, 0)).length;
    const council = await atTheCouncil(another, SYSTEMS);
    await council.page.goto('/council/actions/');
    await council.page.getByRole('link', { name: 'Remittances by post' }).click();
    await council.page.getByLabel('Your reply').fill('Yes: from the next period on.');
    await council.page.getByRole('button', { name: 'Send reply' }).click();
    await council.page.getByText('Your reply is sent.').waitFor();
    await council.sound();

    await page.reload();
    await page.getByText('Yes: from the next period on.').waitFor();
    await page.getByRole('button', { name: 'Mark as done' }).click();
    await page.getByText('You have marked this action as done.').waitFor();
    await sound();

    const email = (await emailTo(OTHER_MANAGER, told + 1)).at(-1);
    assert.doesNotMatch(email.Subject + email.BodyText, /next period/);
    const [address] = email.BodyText.match(/http\S+\/unsubscribe\/\S+/);
    await page.goto('/account/notifications/');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your email notifications are saved.').waitFor();
    await sound();
    const stranger = await another();
    await stranger.page.goto(address);
    await stranger.page.getByRole('button', { name: 'Unsubscribe' }).click();
    await stranger.page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    await stranger.sound();
  });

  visit('a signatory agrees to a document and rejects another, and Brokerage publishes it anew', async (page, sound, another) => {
    await signInFor(page, SIGNATORY, /Gannet House/);
    await page.goto('/contract-documents/');
    await page.getByRole('link', { name: 'Framework terms' }).waitFor();
    await sound();
    await page.getByRole('link', { name: 'Framework terms' }).click();
    await page.getByLabel('I agree').check();
    await page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
    await sound('contract-document');
    await page.getByRole('button', { name: 'Agree to this document' }).click();
    await page.getByText('You have agreed to this document.').waitFor();
    await page.getByText(/Agreed by Beatrice Marlowe on/).first().waitFor();
    await sound();
    await page.goto('/contract-documents/document/?document=DA1002');
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download document' }).click()]);
    assert.equal((await readFile(await saved.path())).subarray(0, 5).toString(), '%PDF-');
    await page.getByLabel('I reject it').check();
    await page.getByLabel('Rejection reason').fill('The end date is missing.');
    await page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Reject this document' }).click();
    await page.getByText(/You have rejected this document/).waitFor();
    await sound();

    const council = await atTheCouncil(another, BROKERAGE);
    await council.page.goto('/council/documents/?state=rejected');
    await council.sound();
    await council.page.goto('/council/documents/document/?provider=P1001&document=DA1002');
    await council.page.getByRole('table', { name: 'Record of answers' }).getByText('The end date is missing.').waitFor();
    await council.sound();
    await council.page.getByRole('link', { name: 'Publish a new version' }).or(council.page.getByRole('button', { name: 'Publish a new version' })).first().click();
    await council.page.waitForURL('**/council/documents/publish/**');
    await typeDay(council.page, /^To/, new Date(Date.now() + 200 * 86_400_000));
    await council.sound();
    await council.page.getByRole('button', { name: 'Publish new version' }).click();
    await council.page.getByText('The new version is published.').waitFor();
    await council.sound();

    await page.reload();
    await page.getByText('What changed since version 1').waitFor();
    await sound();
  });

  visit('a new contact is asked for, accepted by the helpdesk and invited', async (page, sound, another) => {
    const newcomer = 'hester.quill@marramcare.example';
    await signIn(page, ADMIN);
    await page.waitForURL('**/home/');
    await page.goto('/organisation/');
    await page.getByText('14 Cliff Road, Seaborough').first().waitFor();
    await sound();
    await page.goto('/contacts/');
    await page.getByRole('table').getByText('Desmond Achterberg').first().waitFor();
    await sound();
    await page.goto('/contacts/new/');
    await page.getByLabel('Forename').fill('Hester');
    await page.getByLabel('Surname').fill('Quill');
    await page.getByLabel('Portal email address').fill(newcomer);
    await page.getByRole('group', { name: 'Role' }).getByRole('checkbox').first().check();
    await sound();
    await page.getByRole('button', { name: 'Submit contact creation request' }).click();
    await page.getByText('Your request for Hester Quill is with the council.').waitFor();

    const council = await atTheCouncil(another, HELPDESK);
    await council.page.goto('/council/change-requests/');
    await council.page.getByRole('row').filter({ hasText: 'Hester Quill' }).getByRole('link').first().waitFor();
    await council.sound();
    await council.page.getByRole('row').filter({ hasText: 'Hester Quill' }).getByRole('link').first().click();
    await council.page.getByRole('button', { name: 'Accept this request' }).click();
    await council.sound();
    await council.page.getByRole('button', { name: 'Accept request' }).click();
    await council.page.getByText(/The request is accepted/).waitFor();
    await council.page.goto('/council/contacts/?provider=P1001');
    await council.page.getByRole('table').getByText('Hester Quill').waitFor();
    await council.sound();

    const [invitation] = await emailTo(newcomer, 1);
    assert.match(invitation.BodyText, /\/invitation\/#/);
    await page.goto('/actions/#change-requests');
    await page.getByRole('row').filter({ hasText: 'Hester Quill' }).getByText('Accepted').waitFor();
    await sound();
  });

  visit('a purchase order is read and kept as a PDF by both sides', async (page, sound, another) => {
    const council = await atTheCouncil(another, AUDITOR);
    await signIn(page, VIEWER);
    await page.waitForURL('**/home/');
    for (const [window, address, picture] of [[{ page, sound }, '/purchase-orders/', 'purchase-order'], [council, '/council/purchase-orders/?provider=P1001', null]]) {
      await window.page.goto(address);
      await window.page.getByRole('table').getByRole('link').first().waitFor();
      await window.sound();
      await window.page.getByRole('table').getByRole('link').first().click();
      await window.page.waitForURL('**/purchase-orders/order/**');
      await window.page.getByRole('link', { name: 'Download as PDF' }).waitFor();
      await window.sound(picture);
      const [saved] = await Promise.all([window.page.waitForEvent('download'), window.page.getByRole('link', { name: 'Download as PDF' }).click()]);
      assert.equal((await readFile(await saved.path())).subarray(0, 5).toString(), '%PDF-');
    }
  });
});
