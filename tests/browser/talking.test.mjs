// What providers do about actions, contacts, contract documents, purchase orders and notifications, with canned answers.

import assert from 'node:assert/strict';
import { focused, portal, sent, tabTo, task } from './harness.mjs';
import * as actions from './mock/actions.mjs';
import * as contacts from './mock/contacts.mjs';
import * as data from './mock/data.mjs';
import * as documents from './mock/documents.mjs';
import * as orders from './mock/orders.mjs';

const { problem } = data;
const viewer = { 'GET /api/session': { ...data.session, permissions: ['see'] } };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const file = (name, text = 'x') => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
const asked = (key) => portal.asked.filter((each) => each.key === key).map(({ query }) => query);
const errors = (page) => page.locator('.govuk-error-summary');
const done = (page) => page.locator('.govuk-notification-banner');

/** Types a day into its three parts. */
async function day(page, legend, [d, m, y]) {
  const group = page.getByRole('group', { name: legend });
  await group.getByLabel('Day').fill(d);
  await group.getByLabel('Month').fill(m);
  await group.getByLabel('Year').fill(y);
}

// ---------------------------------------------------------------------------------------------------------- actions

task('the filters of actions are in the address, are asked of the server, and leave the view of the requests alone', {}, async (page) => {
  await page.goto('/actions/?history=yes');
  await page.locator('.portal-actions-list').waitFor();
  await page.getByLabel('Assigned to').selectOption('T03');
  await page.getByLabel('Type', { exact: true }).selectOption('payment_query');
  await page.getByLabel('Include done').check();
  await page.getByRole('button', { name: 'View' }).first().click();
  await page.waitForURL(/assigned_to=T03/);
  await page.locator('.portal-actions-list').waitFor();
  assert.match(page.url(), /type=payment_query/);
  assert.match(page.url(), /include_done=yes/);
  assert.deepEqual(asked('GET /api/actions').at(-1), { assigned_to: 'T03', type: 'payment_query', include_done: 'yes' });
  assert.deepEqual(asked('GET /api/contacts/requests').at(-1), { history: 'yes' });
  assert.equal(await page.getByLabel('Assigned to').inputValue(), 'T03');
  assert.ok(await page.getByLabel('Include historical view').isChecked());
});

task('the state of an action is told in words: with whom it is, and whether it is late', {}, async (page) => {
  await page.goto('/actions/');
  const row = (title) => page.getByRole('row').filter({ hasText: title });
  await row('Hospital admission').getByText('Open, with you').waitFor();
  await row('Died 6 November 2026').getByText('Overdue, with the council').waitFor();
  await row('Extra calls').getByText('Done', { exact: true }).waitFor();
  await page.getByText('3 open actions').waitFor();
});

task('a death is told of by keyboard alone, and the form asks for what its type needs', {}, async (page) => {
  await page.goto('/actions/new/');
  await page.locator('.portal-action-form').waitFor();
  await tabTo(page, 'Type');
  await page.keyboard.type('Death');
  await tabTo(page, 'Client');
  await page.keyboard.type('Miss Wed');
  await tabTo(page, 'Day');
  await page.keyboard.type('6');
  await tabTo(page, 'Month');
  await page.keyboard.type('nov');
  await tabTo(page, 'Year');
  await page.keyboard.type('2026');
  await tabTo(page, 'Title');
  await page.keyboard.type('DOD 06/11/2026');
  await tabTo(page, 'Text');
  await page.keyboard.type('She died in hospital.');
  await tabTo(page, 'Create action');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/actions/action/?action=A-7f3c2a90');
  await done(page).getByText('Your action is with the council.').waitFor();
  const [{ request_id: id, ...body }] = sent('/api/actions');
  assert.match(id, UUID);
  assert.deepEqual(body, {
    type_ref: 'death', related: { kind: 'client', ss_ref: 'A394645' }, title: 'DOD 06/11/2026', text: 'She died in hospital.', fields: { date_of_death: '2026-11-06' },
    due_on: '2026-12-01', attachments: [], team_ref: actions.types[0].team_ref,
  });
});

task('everything that is missing is said at once, beside its field, and what was typed is kept', {}, async (page) => {
  await page.goto('/actions/new/?type=variation');
  await page.getByLabel('Contracted hours').fill('10.5');
  await day(page, 'First day', ['31', '2', '2026']);
  await page.getByRole('button', { name: 'Create action' }).click();
  for (const text of ['Select a care package', 'First day must be a real date', 'Select the kind of variation', 'Enter the last day', 'Enter the reason for the extra care', 'Enter a title', 'Enter the text']) {
    await errors(page).getByText(text, { exact: false }).waitFor();
  }
  assert.equal(await page.getByLabel('Contracted hours').inputValue(), '10.5');
  assert.deepEqual(sent('/api/actions'), []);
  await errors(page).getByRole('link', { name: 'Select the kind of variation' }).click();
  assert.equal(await page.evaluate(() => document.activeElement.value), 'one_off_crisis');
  await errors(page).getByRole('link', { name: /First day must be a real date/ }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'field-from_date');
  assert.match(await page.title(), /^Error: /);
});

const overLimit = problem(422, 'variation-limit', 'Check the form', [{ field: 'fields.to_date', message: 'Extra care is for up to 7 days. For longer, ask for a new care plan' }]);
task('an action that was refused, or not answered, is sent again with the same number and the same files', { 'POST /api/actions': 'no answer' }, async (page) => {
  await page.goto('/actions/new/?type=respite');
  await page.getByLabel('Related to').selectOption('none');
  await day(page, 'First day of the stay', ['20', '11', '2026']);
  await page.getByLabel('Title').fill('Short stay');
  await page.getByLabel('Text').fill('From Friday');
  await page.getByLabel(/Attachments/).setInputFiles([file('letter.pdf'), file('plan.docx')]);
  await page.getByRole('button', { name: 'Create action' }).click();
  await errors(page).getByText('Check that you are connected').waitFor();
  portal.answers = { ...portal.answers, 'POST /api/actions': overLimit };
  await page.getByRole('button', { name: 'Create action' }).click();
  await errors(page).getByRole('link', { name: /up to 7 days/ }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'field-to_date');
  portal.answers = { ...portal.answers, 'POST /api/actions': { status: 201, body: actions.view } };
  await page.getByRole('button', { name: 'Create action' }).click();
  await page.waitForURL('**/actions/action/**');
  const bodies = sent('/api/actions');
  // A browser may send what was not answered once more by itself: it is the same number then too.
  assert.ok(bodies.length >= 3);
  assert.equal(new Set(bodies.map(({ request_id: id }) => id)).size, 1);
  assert.deepEqual(bodies.at(-1).attachments, ['up-letter.pdf', 'up-plan.docx']);
  assert.equal(portal.uploaded.length, 2, 'each file is sent once');
  assert.equal(portal.uploaded[0].fields.at(-1), 'file', 'the bucket reads nothing after the file');
});

task('the create button pressed twice creates one action', {}, async (page) => {
  let release;
  await page.route('**/api/actions', async (route) => {
    await new Promise((resolve) => { release = resolve; });
    await route.continue();
  });
  await page.goto('/actions/new/?type=payment_query');
  await page.getByLabel('Related to').selectOption('none');
  await page.getByLabel('Title').fill('Twice');
  await page.getByLabel('Text').fill('Twice');
  const create = page.getByRole('button', { name: 'Create action' });
  await create.click();
  await create.click({ force: true });
  release();
  await page.waitForURL('**/actions/action/**');
  assert.equal(sent('/api/actions').length, 1);
});

task('what the council does not take is not attached, and a file can be taken away again', {}, async (page) => {
  await page.goto('/actions/new/');
  const input = page.getByLabel(/Attachments/);
  await input.setInputFiles([file('visit.mov'), file('a.pdf'), file('empty.pdf', '')]);
  await page.getByText('“visit.mov” is not a file that can be attached.').waitFor();
  await page.getByText('“empty.pdf” is empty').waitFor();
  await input.setInputFiles(['b.pdf', 'c.pdf', 'd.pdf', 'e.pdf', 'f.pdf'].map((name) => file(name)));
  await page.getByText('“f.pdf” is not attached: 5 files at most').waitFor();
  assert.equal(await page.locator('[data-file]').count(), 5);
  await page.getByRole('button', { name: 'Remove a.pdf' }).click();
  assert.equal(await page.locator('[data-file]').count(), 4);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'attachments');
});

task('a care package leads to a new action with its details filled in', { 'GET /api/actions/form': actions.fromPackage }, async (page) => {
  await page.goto('/care-packages/');
  await page.getByRole('link', { name: /Submit action about CPLI 188367/ }).first().click();
  await page.waitForURL('**/actions/new/?cpli=188367');
  await page.getByText('The details of care package 188367 are filled in.').waitFor();
  assert.deepEqual(asked('GET /api/actions/form').at(-1), { cpli: '188367' });
  assert.equal(await page.getByLabel('Care package').inputValue(), '188367');
  await page.getByLabel('Type', { exact: true }).selectOption('death');
  assert.equal(await page.getByLabel('Client').inputValue(), 'A394645', 'the client of the care package');
  assert.match(await page.getByLabel('Text').inputValue(), /care package line item 188367/);
});

task('the line of a statement leads to a new action about it', { 'GET /api/actions/form': actions.fromLine }, async (page) => {
  await page.goto('/scheduled-payments/statement/?contract=C3001&period=2026-10-26');
  await page.getByRole('link', { name: /Ask about this line.*Miss Wednesday Ashdown, 26 Oct to 22 Nov 2026, £3,461.84/ }).first().click();
  await page.waitForURL('**/actions/new/?contract=C3001&period=2026-10-26&item=5F1C09A2B7D34E60');
  await page.getByText('Meadow View residential, 26 October to 22 November 2026').waitFor();
  await page.getByRole('button', { name: 'Create action' }).click();
  await page.waitForURL('**/actions/action/**');
  assert.deepEqual(sent('/api/actions')[0].related, { kind: 'statement', contract_ref: 'C3001', period_start: '2026-10-26', item_id: '5F1C09A2B7D34E60' });
});

const history = ({ query: { after } }) => (after ? { rows: contacts.requests.rows.slice(1), next: null } : { rows: contacts.requests.rows.slice(0, 1), next: '2026-11-20T10:00:00.000000Z#R1' });
const everDone = ({ query: { after } }) => ({ ...actions.list, rows: after ? actions.list.rows.slice(3) : actions.list.rows.slice(0, 3), next: after ? null : 'OPENACTION#2026-11-27#A-3' });
task('what was done and asked for long ago is shown part by part', { 'GET /api/actions': everDone, 'GET /api/contacts/requests': history }, async (page) => {
  await page.goto('/actions/?include_done=yes&history=yes');
  const list = page.locator('[data-region]');
  await list.getByRole('button', { name: 'Show more' }).click();
  await list.locator('tbody tr').nth(3).waitFor();
  assert.equal(await focused(page), 'Extra calls, 2 to 8 November');
  assert.deepEqual(asked('GET /api/actions').at(-1), { include_done: 'yes', after: 'OPENACTION#2026-11-27#A-3' });
  const requests = page.locator('[data-requests]');
  await requests.getByRole('button', { name: 'Show more' }).click();
  await requests.getByText('Ana Kestrel').first().waitFor();
  assert.deepEqual(asked('GET /api/contacts/requests').at(-1), { history: 'yes', after: '2026-11-20T10:00:00.000000Z#R1' });
  assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
});

task('a conversation is oldest first with the latest at the bottom, each side named in words', {}, async (page) => {
  await page.goto(actions.PATH);
  const posts = page.locator('.portal-post');
  await posts.first().waitFor();
  assert.deepEqual(await posts.locator('.govuk-tag').allTextContents(), ['Provider', 'Council', 'Provider', 'Council']);
  assert.match(await posts.last().textContent(), /kept for four weeks/);
  await page.getByRole('link', { name: 'Go to the latest post' }).click();
  assert.match(await focused(page), /kept for four weeks/);
  const colours = await posts.evaluateAll((all) => all.map((each) => getComputedStyle(each).borderLeftColor));
  assert.deepEqual(colours, ['rgb(84, 49, 159)', 'rgb(0, 112, 60)', 'rgb(84, 49, 159)', 'rgb(0, 112, 60)'], 'purple and green');
  assert.equal(await page.getByRole('link', { name: 'notes.docx' }).getAttribute('href'), `${actions.API}/attachments/f2`);
});

task('a reply goes to the team that is chosen, with its files, and the next one has a number of its own', {}, async (page) => {
  await page.goto(actions.PATH);
  await page.getByLabel('Your reply').fill('Here it is.');
  await page.getByLabel('Assign to').selectOption('T03');
  await page.getByLabel(/Attachments/).setInputFiles([file('letter.pdf')]);
  await page.getByRole('button', { name: 'Send reply' }).click();
  await done(page).getByText('Your reply is sent.').waitFor();
  assert.match(await focused(page), /Your reply is sent/);
  assert.equal(await page.getByLabel('Your reply').inputValue(), '');
  await page.getByLabel('Your reply').fill('One thing more.');
  await page.getByRole('button', { name: 'Send reply' }).click();
  await done(page).getByText('Your reply is sent.').waitFor();
  await page.waitForFunction(() => document.querySelector('#text').value === '');
  const [first, second] = sent(`${actions.API}/posts`);
  assert.deepEqual({ ...first, request_id: null }, { request_id: null, text: 'Here it is.', team_ref: 'T03', attachments: ['up-letter.pdf'] });
  assert.notEqual(first.request_id, second.request_id);
});

task('an action is marked as done, and reopened with a reason', {}, async (page) => {
  await page.goto(actions.PATH);
  await page.getByRole('button', { name: 'Mark as done' }).click();
  await done(page).getByText('You have marked this action as done.').waitFor();
  assert.deepEqual(sent(`${actions.API}/completion`).map(({ text }) => text), [null]);
  await page.getByRole('button', { name: 'Reopen' }).click();
  await errors(page).getByText('Enter why you reopen it').waitFor();
  await page.getByLabel('Why do you reopen it?').fill('Not settled');
  await page.getByRole('button', { name: 'Reopen' }).click();
  await done(page).getByText('You have reopened this action.').waitFor();
  assert.deepEqual(sent(`${actions.API}/reopening`).map(({ text }) => text), ['Not settled']);
});

const meanwhile = problem(409, 'action-changed', 'Rowan Ellery marked this action as done at 9am on 22 November 2026.');
task('an action that somebody finished meanwhile is shown as it is now, and the reply is not lost', { [`POST ${actions.API}/posts`]: meanwhile }, async (page) => {
  await page.goto(actions.PATH);
  await page.getByLabel('Your reply').fill('A long answer');
  portal.answers = { ...portal.answers, [`GET ${actions.API}`]: actions.done };
  await page.getByRole('button', { name: 'Send reply' }).click();
  await errors(page).getByText('Rowan Ellery marked this action as done').waitFor();
  await page.locator('.portal-tags').getByText('Done', { exact: true }).waitFor();
  assert.equal(await page.getByLabel('Why do you reopen it?').inputValue(), 'A long answer');
});

task('somebody who may only look has nothing to press', { ...viewer, 'GET /api/actions': { ...actions.list, can_create: false }, [`GET ${actions.API}`]: actions.readOnly, [`GET ${documents.API}`]: documents.readOnly, 'GET /api/contacts': contacts.lookOnly, 'GET /api/contacts/requests': { rows: contacts.requests.rows.map((row) => ({ ...row, can_withdraw: false })) } }, async (page) => {
  for (const [path, ready] of [['/actions/', '.portal-actions-list'], [actions.PATH, '.portal-conversation'], [documents.PATH, '.portal-file-link'], ['/contacts/', '.portal-contacts'], ['/contacts/contact/?contact=K2', '.govuk-summary-list'], ['/care-packages/', '[data-list]'], ['/scheduled-payments/statement/?contract=C3001&period=2026-10-26', '.govuk-tabs']]) {
    await page.goto(path);
    await page.locator(ready).first().waitFor();
    const pressable = page.getByRole('button', { name: /^(New|Send|Mark as|Reopen|Agree|Reject|Edit|Request|Withdraw|Details, withdraw|Continue)/ }).filter({ visible: true });
    const links = page.getByRole('link', { name: /New action|New contact|Submit action|Ask about this line/ }).filter({ visible: true });
    if (!path.startsWith('/scheduled')) assert.equal(await pressable.count(), 0, path);
    assert.equal(await links.count(), 0, path);
  }
});

// ------------------------------------------------------------------------------------------- contacts and requests

task('a change request is withdrawn after being asked again, and the list says so', {}, async (page) => {
  await page.goto('/actions/');
  await page.getByRole('button', { name: /^Details, withdraw of the request: Update contact/ }).click();
  await page.getByText('01632 960 999').waitFor();
  await page.getByRole('button', { name: 'Withdraw this request' }).click();
  assert.deepEqual(sent('/api/contacts/requests/R1/withdrawal'), []);
  assert.match(await focused(page), /Are you sure/);
  portal.answers = { ...portal.answers, 'GET /api/contacts/requests': { rows: [contacts.withdrawn] } };
  await page.getByRole('button', { name: 'Withdraw request' }).click();
  await done(page).getByText('Your request is withdrawn').waitFor();
  await page.locator('[data-requests]').getByText('Withdrawn').waitFor();
  assert.equal(sent('/api/contacts/requests/R1/withdrawal').length, 1);
});

const decided = problem(409, 'request-decided', 'Rowan Ellery accepted this request at 9am on 22 November 2026.');
task('a request that the council decided meanwhile is shown as decided', { 'POST /api/contacts/requests/R1/withdrawal': decided }, async (page) => {
  await page.goto('/actions/');
  await page.getByRole('button', { name: /^Details, withdraw/ }).click();
  await page.getByRole('button', { name: 'Withdraw this request' }).click();
  portal.answers = { ...portal.answers, 'GET /api/contacts/requests': { rows: [{ ...contacts.withdrawn, state: 'accepted' }] } };
  await page.getByRole('button', { name: 'Withdraw request' }).click();
  await errors(page).getByText('Rowan Ellery accepted this request').waitFor();
  await page.locator('[data-requests]').getByText('Accepted').waitFor();
});

task('access is asked to be taken away after being asked twice, and only what is ticked', {}, async (page) => {
  await page.goto('/contacts/');
  await page.getByRole('link', { name: 'Bartholomew Winterbourne-Ashcombe' }).click();
  await page.getByRole('button', { name: /^Request role removal/ }).click();
  assert.deepEqual(sent('/api/contacts/requests'), []);
  assert.match(await focused(page), /Are you sure/);
  await page.getByRole('checkbox', { name: 'View', exact: true }).uncheck();
  await page.getByRole('checkbox', { name: 'Sign documents' }).uncheck();
  await page.getByRole('button', { name: 'Request role removal', exact: true }).click();
  await errors(page).getByText('Choose which access is to be taken away').waitFor();
  await page.getByRole('checkbox', { name: 'Sign documents' }).check();
  await page.getByRole('button', { name: 'Request role removal', exact: true }).click();
  await done(page).getByText('is with the council').waitFor();
  const [{ request_id: id, ...body }] = sent('/api/contacts/requests');
  assert.match(id, UUID);
  assert.deepEqual(body, { type: 'delete_contact_role', contact_ref: 'K2', contact: null, roles: ['signatory'] });
});

task('an edited contact is asked for with all its fields, and access is only ever added by it', {}, async (page) => {
  await page.goto('/contacts/contact/?contact=K2');
  await page.getByRole('button', { name: /^Edit/ }).click();
  await page.getByLabel('Telephone').fill('01632 960 999');
  await page.getByRole('checkbox', { name: 'Enter actuals' }).check();
  await page.getByRole('button', { name: 'Submit change request' }).click();
  await done(page).waitFor();
  const [{ type, contact }] = sent('/api/contacts/requests');
  assert.equal(type, 'update_contact');
  assert.equal(contact.phone, '01632 960 999');
  assert.equal(contact.surname, 'Winterbourne-Ashcombe');
  assert.deepEqual(contact.roles, ['viewer', 'signatory', 'actuals']);
});

const incomplete = problem(422, 'invalid', 'Check the form', [{ field: 'contact.surname', message: 'Enter a surname' }]);
task('a new contact that is refused keeps what was typed, and is sent again with the same number', { 'POST /api/contacts/requests': incomplete }, async (page) => {
  await page.goto('/contacts/new/');
  await page.getByLabel('Forename').fill('Ana');
  await page.getByRole('checkbox', { name: 'View', exact: true }).check();
  await page.getByRole('button', { name: 'Submit contact creation request' }).click();
  await errors(page).getByRole('link', { name: 'Enter a surname' }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'surname');
  assert.equal(await page.getByLabel('Forename').inputValue(), 'Ana');
  portal.answers = { ...portal.answers, 'POST /api/contacts/requests': { status: 201, body: contacts.newContact } };
  await page.keyboard.type('Kestrel');
  await page.keyboard.press('Enter');
  await done(page).getByText('Your request for Ana Kestrel is with the council.').waitFor();
  const [first, second] = sent('/api/contacts/requests');
  assert.equal(first.request_id, second.request_id);
  assert.deepEqual(second.contact, { forename: 'Ana', surname: 'Kestrel', address: '', phone: '', email: '', portal_email: '', roles: ['viewer'] });
});

// --------------------------------------------------------------------------------------------- contract documents

task('contract documents are filtered by what is for no service and no client in particular', {}, async (page) => {
  await page.goto('/contract-documents/');
  await page.locator('.portal-documents').waitFor();
  await page.getByLabel('Service').selectOption({ label: 'Not service specific' });
  await page.getByLabel('Client').selectOption({ label: 'Not client specific' });
  await page.getByLabel('Status').selectOption({ label: 'Agreed manually' });
  await page.getByLabel('Updated since').fill('2026-11-01');
  await page.getByRole('button', { name: 'View' }).click();
  await page.waitForURL(/service=none/);
  await page.locator('.portal-documents').waitFor();
  assert.deepEqual(asked('GET /api/contract-documents').at(-1), { service: 'none', client: 'none', status: 'agreed_manually', updated_since: '2026-11-01' });
  assert.equal(await page.getByLabel('Updated since').inputValue(), '2026-11-01');
});

const link = (name) => (page) => page.getByRole('link', { name });
const FILES = [
  ['an attachment', actions.PATH, link('notes.docx'), `${actions.API}/attachments/f2`],
  ['a contract document', documents.PATH, link('Download document'), `${documents.API}/2/document.pdf`],
  ['a purchase order', orders.PATH, link('Download as PDF'), `${orders.API}/purchase-order.pdf`],
  ['a remittance advice', '/scheduled-payments/remittance/?contract=C3001&period=2026-10-26', link('Download as PDF'), '/api/scheduled-payments/C3001/2026-10-26/remittance.pdf'],
];
for (const [what, path, shown, api] of FILES) {
  const failed = { [`GET ${api}`]: problem(503, 'store-unavailable', 'Try again shortly') };
  task(`${what} that cannot be fetched is said so on the page, and is fetched once when it can be`, failed, async (page) => {
    await page.goto(path);
    await shown(page).click();
    await errors(page).getByText('Try again shortly.').waitFor();
    assert.match(await page.title(), /^Error: /);
    assert.equal(await errors(page).getByRole('link').getAttribute('href'), '/problems/store-unavailable/');
    portal.answer({ [`GET ${api}`]: { url: '/help/' } });
    await shown(page).click();
    await page.waitForURL('**/help/');
    assert.equal(asked(`GET ${api}`).length, 1);
  });
}

task('a document is agreed under a password, by keyboard alone', {}, async (page) => {
  await page.goto(documents.PATH);
  await page.locator('.portal-file-link').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Download document' }).getAttribute('href'), `${documents.API}/2/document.pdf`);
  await tabTo(page, 'I agree');
  await page.keyboard.press('Space');
  await page.getByText('This is contractually binding.').waitFor();
  await tabTo(page, 'Your password');
  await page.keyboard.type('Correct horse 9');
  await page.keyboard.press('Enter');
  await done(page).getByText('You have agreed to this document.').waitFor();
  assert.deepEqual(sent(`${documents.API}/agreement`), [{ version: 2, password: 'Correct horse 9' }]);
  assert.equal(await page.locator('[data-answer]').isVisible(), false);
});

const wrongPassword = problem(422, 'password-refused', 'Check your password', [{ field: 'password', message: 'The password is not right' }]);
task('a rejection needs a reason, and keeps it when the password is wrong', { [`POST ${documents.API}/rejection`]: wrongPassword }, async (page) => {
  await page.goto(documents.PATH);
  await page.getByLabel('I reject it').check();
  await page.getByLabel('Your password').fill('wrong');
  await page.getByRole('button', { name: 'Reject this document' }).click();
  await errors(page).getByRole('link', { name: 'Enter why you reject this document' }).click();
  assert.deepEqual(sent(`${documents.API}/rejection`), []);
  await page.keyboard.type('The start date is incorrect, it should be 03.10.2026.');
  await page.getByLabel('Your password').fill('wrong');
  await page.getByRole('button', { name: 'Reject this document' }).click();
  await errors(page).getByText('The password is not right').waitFor();
  assert.equal(await page.getByLabel('Your password').inputValue(), '', 'a password does not stay on the page');
  portal.answers = { ...portal.answers, [`POST ${documents.API}/rejection`]: documents.rejected };
  await page.getByLabel('Your password').fill('Correct horse 9');
  await page.getByRole('button', { name: 'Reject this document' }).click();
  await done(page).getByText('You have rejected this document.').waitFor();
  assert.deepEqual(sent(`${documents.API}/rejection`).at(-1), { version: 2, password: 'Correct horse 9', reason: 'The start date is incorrect, it should be 03.10.2026.' });
});

const answeredByAnother = problem(409, 'document-answered', 'Imogen Tarrant rejected this document at 9am on 22 November 2026. Reason: The price is wrong.');
task('of two people who answer a document the second is told what the first one said', { [`POST ${documents.API}/agreement`]: answeredByAnother }, async (page) => {
  await page.goto(documents.PATH);
  await page.getByLabel('I agree').check();
  await page.getByLabel('Your password').fill('Correct horse 9');
  portal.answers = { ...portal.answers, [`GET ${documents.API}`]: documents.rejected };
  await page.getByRole('button', { name: 'Agree to this document' }).click();
  await errors(page).getByText('Imogen Tarrant rejected this document').waitFor();
  await errors(page).getByText('Your own answer was not recorded.').waitFor();
  await page.locator('.portal-tags').getByText('Rejected').waitFor();
  assert.equal(await page.locator('[data-answer]').isVisible(), false);
});

const superseded = problem(409, 'document-superseded', 'The council has published version 3 of this document.');
task('a document that has a newer version is read before it is answered', { [`POST ${documents.API}/agreement`]: superseded }, async (page) => {
  await page.goto(documents.PATH);
  await page.getByLabel('I agree').check();
  await page.getByLabel('Your password').fill('Correct horse 9');
  portal.answers = { ...portal.answers, [`GET ${documents.API}`]: documents.newer };
  await page.getByRole('button', { name: 'Agree to this document' }).click();
  await errors(page).getByText('The council has published version 3').waitFor();
  await page.getByText('1 × £881.20 a week').first().waitFor();
  portal.answers = { ...portal.answers, [`POST ${documents.API}/agreement`]: documents.agreed };
  await page.getByLabel('Your password').fill('Correct horse 9');
  await page.getByRole('button', { name: 'Agree to this document' }).click();
  await done(page).waitFor();
  assert.deepEqual(sent(`${documents.API}/agreement`).map(({ version }) => version), [2, 3]);
});

// -------------------------------------------------------------------------------- purchase orders and notifications

task('an earlier revision of a purchase order is shown, and says that it is not in force', {}, async (page) => {
  await page.goto('/purchase-orders/');
  await page.getByRole('link', { name: 'PO-P1002-2026-27-A394645' }).click();
  await page.getByRole('article').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Download as PDF' }).getAttribute('href'), `${orders.API}/purchase-order.pdf`);
  portal.answers = { ...portal.answers, [`GET ${orders.API}`]: orders.earlier };
  await page.getByRole('link', { name: 'Revision 2' }).click();
  await page.getByText('It is not in force any more.').waitFor();
  assert.deepEqual(asked(`GET ${orders.API}`).at(-1), { revision: '2' });
  assert.equal(await page.getByRole('link', { name: 'Download as PDF' }).getAttribute('href'), `${orders.API}/purchase-order.pdf?revision=2`);
});

task('very many purchase orders come a hundred at a time, and the filters stay', { 'GET /api/purchase-orders': ({ query: { after } }) => (after ? { ...orders.many, rows: orders.many.rows.slice(100), next: null } : { ...orders.many, rows: orders.many.rows.slice(0, 100), next: 'A300099' }) }, async (page) => {
  await page.goto('/purchase-orders/?financial_year=2026-27');
  await page.getByText('The first 100 purchase orders of 2026/27').waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText(`${orders.many.rows.length} purchase orders of 2026/27`).waitFor();
  const { financial_year: year, after } = asked('GET /api/purchase-orders').at(-1);
  assert.deepEqual([year, after], ['2026-27', 'A300099']);
});

task('on paper a purchase order is the order alone', {}, async (page) => {
  await page.goto(orders.PATH);
  await page.getByRole('article').waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.getByRole('article').isVisible());
  assert.equal(await page.getByRole('button').filter({ visible: true }).count(), 0);
  assert.equal(await page.getByText('Download as PDF').isVisible(), false);
  assert.equal(await page.getByRole('table', { name: 'Revisions' }).isVisible(), false);
});

task('remittance advice can be had as a PDF', {}, async (page) => {
  await page.goto('/scheduled-payments/remittance/?contract=C3001&period=2026-10-26');
  assert.equal(await page.getByRole('link', { name: 'Download as PDF' }).getAttribute('href'), '/api/scheduled-payments/C3001/2026-10-26/remittance.pdf');
});

task('email notifications are chosen and saved, and the one that is always sent is not offered', {}, async (page) => {
  await page.goto('/account/');
  await page.getByRole('link', { name: 'Choose what we email you about' }).click();
  await page.getByRole('checkbox', { name: 'Care package line items' }).check();
  await page.getByRole('checkbox', { name: 'Scheduled payments' }).first().uncheck();
  await page.getByRole('checkbox', { name: 'Actions' }).last().uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await done(page).getByText('Your email notifications are saved.').waitFor();
  assert.deepEqual(portal.asked.filter(({ key }) => key.startsWith('PUT')).map(({ body }) => body), [{ daily: ['actions', 'care_packages', 'contract_documents'], immediate: [] }]);
  assert.equal(await page.getByRole('checkbox', { name: 'Password change' }).count(), 0);
});

task('the link of an email unsubscribes only when it is pressed', { 'GET /api/session': problem(401, 'signed-out', 'You are signed out') }, async (page) => {
  await page.goto('/unsubscribe/?token=t-1');
  const press = page.getByRole('button', { name: 'Unsubscribe' });
  await press.waitFor();
  assert.deepEqual(sent('/api/unsubscribe'), []);
  await press.click();
  await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
  await page.getByText('t***@meadow.example').waitFor();
  assert.deepEqual(sent('/api/unsubscribe'), [{ token: 't-1' }]);
});

task('on a narrow screen the sections are behind one button', {}, async (page) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await page.goto('/actions/');
  const menu = page.getByRole('button', { name: 'Menu' });
  await menu.waitFor();
  assert.equal(await page.getByRole('link', { name: 'Purchase orders' }).filter({ visible: true }).count(), 0);
  await menu.click();
  assert.equal(await menu.getAttribute('aria-expanded'), 'true');
  await page.getByRole('navigation', { name: 'Portal' }).getByRole('link', { name: 'Purchase orders' }).click();
  await page.waitForURL('**/purchase-orders/');
});
