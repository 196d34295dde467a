// What the council's own people do on their pages, with canned answers.

import assert from 'node:assert/strict';
import { focused, portal, sent, tabTo, task } from './harness.mjs';
import * as audit from './mock/audit.mjs';
import * as council from './mock/council.mjs';
import * as data from './mock/data.mjs';
import * as imports from './mock/imports.mjs';
import * as orders from './mock/orders.mjs';

const { problem } = data;
const { ACTION_API, REQUEST_API, CONTACTS_API, DOCUMENT_API } = council;
const as = (session, answers = {}) => ({ 'GET /api/session': session, ...answers });
const everything = (answers = {}) => as(council.session, answers);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const asked = (key) => portal.asked.filter((each) => each.key === key).map(({ query }) => query);
const errors = (page) => page.locator('.govuk-error-summary');
const done = (page) => page.locator('.govuk-notification-banner');
const sections = (page) => page.getByRole('navigation', { name: 'Council' }).getByRole('link').allTextContents();

// ---------------------------------------------------------------------------------------------------- who sees what

task('staff who come to a page of providers are shown to their queues, and providers to their home', everything(), async (page) => {
  for (const path of ['/home/', '/care-packages/', '/choose-provider/']) {
    await page.goto(path);
    await page.waitForURL('**/council/');
  }
  portal.answer();
  await page.goto('/council/change-requests/');
  await page.waitForURL('**/home/');
  assert.equal(asked('GET /api/council/change-requests').length, 0);
});

task('who is signed out comes back to the page of the council after signing in', { 'GET /api/session': problem(401, 'signed-out', 'You are signed out') }, async (page) => {
  await page.goto(council.REQUEST);
  await page.waitForURL(/\/\?return=%2Fcouncil%2Fchange-requests%2Frequest/);
});

task('the sections are those that the roles allow', everything(), async (page) => {
  await page.goto('/council/');
  await page.locator('.portal-area').first().waitFor();
  assert.deepEqual(await sections(page), ['Work queues', 'Actions', 'Change requests', 'Contacts', 'Contract documents', 'Council files', 'Purchase orders', 'Reports', 'Help']);
  await page.getByText('Council staff Team member, Contracts, Helpdesk, Service agreement team').waitFor();
  for (const [session, shown] of [[council.helpdesk, ['Work queues', 'Change requests', 'Contacts', 'Help']], [council.finaliser, ['Work queues', 'Help']]]) {
    portal.answer(as(session));
    await page.reload();
    await page.locator('.portal-area').first().waitFor();
    assert.deepEqual(await page.getByRole('navigation', { name: 'Council' }).getByRole('link').allInnerTexts(), shown);
  }
});

task('an auditor reads everything and has nothing to press', as(council.auditor, { 'GET /api/council/actions': { ...council.queue, can_create: false }, [`GET ${ACTION_API}`]: { ...council.readOnly, proposal: { ...council.death.proposal, can_accept: false, why_not: null } }, [`GET ${REQUEST_API}`]: council.requestForAuditor }), async (page) => {
  const pressed = ['/council/', '/council/actions/', council.ACTION, '/council/change-requests/', council.REQUEST, '/council/contacts/?provider=P1002', '/council/documents/', council.DOCUMENT];
  for (const path of pressed) {
    await page.goto(path);
    await page.locator('[data-region]:not([aria-busy])').waitFor();
    const buttons = await page.locator('main').getByRole('button').allInnerTexts();
    assert.deepEqual(buttons.filter((text) => text !== 'View'), [], path);
    assert.equal(await page.locator('main').getByRole('link', { name: /New action|Publish/ }).count(), 0, path);
  }
});

// ---------------------------------------------------------------------------------------------------------- actions

task('the queue shows what is overdue first, and its filters are in the address', everything(), async (page) => {
  await page.goto('/council/actions/');
  const titles = page.locator('tbody th .govuk-link');
  await titles.first().waitFor();
  assert.deepEqual((await titles.allTextContents()).map((text) => text.slice(0, 4)), ['Died', 'Hosp', 'Stat', 'Extr']);
  await page.getByLabel('Team').selectOption('T01');
  await page.getByLabel('Assigned to').selectOption('provider');
  await page.getByLabel('Include done').check();
  await page.getByRole('button', { name: 'View' }).click();
  await page.waitForURL(/team=T01/);
  await titles.first().waitFor();
  assert.deepEqual(asked('GET /api/council/actions').at(-1), { team: 'T01', assigned_to: 'provider', include_done: 'yes' });
});

task('a reply goes to the provider, or to another team', everything(), async (page) => {
  await page.goto(council.ACTION);
  await page.getByLabel('Your reply').fill('Please send us the letter.');
  await page.getByRole('button', { name: 'Send reply' }).click();
  await done(page).getByText('Your reply is sent.').waitFor();
  await page.getByLabel('Your reply').fill('Brokerage, please look.');
  await page.getByLabel('Assign to').selectOption('T02');
  await page.getByRole('button', { name: 'Send reply' }).click();
  await page.waitForFunction(() => document.querySelector('#text').value === '');
  const [first, second] = sent(`${ACTION_API}/posts`);
  assert.deepEqual(first.assign_to, { side: 'provider' });
  assert.deepEqual(second.assign_to, { side: 'council', team_ref: 'T02' });
  assert.match(first.request_id, UUID);
  assert.notEqual(first.request_id, second.request_id);
});

task('a proposed change is shown with its effect in pounds and accepted by keyboard alone', everything({ [`GET ${ACTION_API}`]: council.death }), async (page) => {
  await page.goto(council.ACTION);
  const effect = page.getByRole('table', { name: 'What it comes to' });
  await effect.getByText('−£1,978.19').waitFor();
  assert.match(await effect.getByRole('row').last().innerText(), /Total\s+−£5,440\.03/);
  await tabTo(page, 'Accept this change');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'Accept this change?');
  await tabTo(page, 'Accept change');
  await page.keyboard.press('Enter');
  await done(page).getByText('You have accepted the change.').waitFor();
  const [body] = sent(`${ACTION_API}/decision`);
  assert.equal(body.decision, 'accept');
  assert.match(body.request_id, UUID);
});

task('a change that is declined needs a reason, and a decision sent again is the same decision', everything({ [`GET ${ACTION_API}`]: council.death, [`POST ${ACTION_API}/decision`]: 'no answer' }), async (page) => {
  await page.goto(council.ACTION);
  await page.getByRole('button', { name: 'Decline it' }).click();
  await page.getByRole('button', { name: 'Decline change' }).click();
  await errors(page).getByRole('link', { name: 'Enter why you decline this change' }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'decision-reason');
  await page.keyboard.type('The certificate says 7 November.');
  await page.getByRole('button', { name: 'Decline change' }).click();
  await errors(page).getByText('Check that you are connected').waitFor();
  portal.answers = { ...portal.answers, [`POST ${ACTION_API}/decision`]: council.declined };
  await page.getByRole('button', { name: 'Decline change' }).click();
  await done(page).getByText('You have declined the change.').waitFor();
  const bodies = sent(`${ACTION_API}/decision`);
  assert.equal(new Set(bodies.map(({ request_id: id }) => id)).size, 1);
  assert.deepEqual(bodies.map(({ decision, reason }) => [decision, reason]), Array(bodies.length).fill(['decline', 'The certificate says 7 November.']));
});

task('of two who decide about a change the second sees what the first decided, and keeps the reply', everything({ [`GET ${ACTION_API}`]: council.death, [`POST ${ACTION_API}/decision`]: problem(409, 'action-changed', 'Imre Castellan has decided about this already, at 9am on 22 November 2026. Read it again.') }), async (page) => {
  await page.goto(council.ACTION);
  await page.getByLabel('Your reply').fill('We have received it.');
  await page.getByRole('button', { name: 'Accept this change' }).click();
  portal.answers = { ...portal.answers, [`GET ${ACTION_API}`]: council.declined };
  await page.getByRole('button', { name: 'Accept change' }).click();
  await errors(page).getByText('Imre Castellan has decided about this already').waitFor();
  await page.getByText('Change declined').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Accept this change' }).count(), 0);
  assert.equal(await page.getByLabel('Your reply').inputValue(), 'We have received it.');
});

task('a new action goes to a provider that is found by its name', everything({ [`GET ${ACTION_API}`]: council.answered }), async (page) => {
  await page.goto('/council/actions/new/');
  await page.getByLabel('Find a provider by name or reference').fill('meadow');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Meadow View House' }).click();
  await page.waitForURL(/provider=P1002/);
  assert.deepEqual(asked('GET /api/council/providers')[0], { q: 'meadow' });
  await page.getByLabel('Type', { exact: true }).selectOption('payment_query');
  await page.getByLabel('Title').fill('Your statement of October');
  await page.getByLabel('Text', { exact: true }).fill('Please confirm it.');
  await page.getByLabel('Related to').selectOption('none');
  await page.getByRole('button', { name: 'Create action' }).click();
  await done(page).getByText('The action is with Meadow View House.').waitFor();
  const [body] = sent('/api/council/actions');
  assert.deepEqual([body.provider_ref, body.assign_to, body.title], ['P1002', { side: 'provider' }, 'Your statement of October']);
});

task('a change that cannot be accepted says why, and can be declined', everything({ [`GET ${ACTION_API}`]: council.notYet }), async (page) => {
  await page.goto(council.ACTION);
  await page.getByText('The date of death is before the care began.').waitFor();
  await page.getByRole('button', { name: 'Decline it' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Accept this change' }).count(), 0);
});

// ------------------------------------------------------------------------------- change requests and contacts

task('a change request is accepted after what it does was read', everything(), async (page) => {
  await page.goto('/council/change-requests/');
  await page.getByRole('link', { name: /Update contact: Bartholomew/ }).first().click();
  await page.getByRole('cell', { name: '01632 960 999' }).waitFor();
  await page.getByText('also that of a contact of Larch Court').waitFor();
  await page.getByRole('button', { name: 'Accept this request' }).click();
  await page.getByText('they are signed out everywhere').waitFor();
  assert.equal(sent(`${REQUEST_API}/acceptance`).length, 0);
  await page.getByRole('button', { name: 'Accept request' }).click();
  await done(page).getByText('The request is accepted').waitFor();
  assert.equal(sent(`${REQUEST_API}/acceptance`).length, 1);
  assert.equal(await page.getByRole('button', { name: /Accept|Reject/ }).count(), 0);
});

task('a rejection without a reason leads to the field', everything(), async (page) => {
  await page.goto(council.REQUEST);
  await page.getByRole('button', { name: 'Reject this request' }).click();
  await page.getByRole('button', { name: 'Reject request' }).click();
  await errors(page).getByRole('link', { name: 'Enter why you reject this request' }).click();
  await page.keyboard.type('Use a work address');
  await page.getByRole('button', { name: 'Reject request' }).click();
  await done(page).getByText('The provider reads your reason').waitFor();
  assert.deepEqual(sent(`${REQUEST_API}/rejection`), [{ reason: 'Use a work address' }]);
});

task('of two who decide a request the second is told who decided what and when', everything({ [`POST ${REQUEST_API}/rejection`]: problem(409, 'request-decided', 'Imre Castellan accepted this at 11am on 22 November 2026.') }), async (page) => {
  await page.goto(council.REQUEST);
  await page.getByRole('button', { name: 'Reject this request' }).click();
  await page.getByLabel('Why it is rejected').fill('No');
  portal.answers = { ...portal.answers, [`GET ${REQUEST_API}`]: council.requestAccepted };
  await page.getByRole('button', { name: 'Reject request' }).click();
  await errors(page).getByText('Imre Castellan accepted this at 11am on 22 November 2026.').waitFor();
  await page.getByText('Accepted at 11am on 22 November 2026 by Imre Castellan.').waitFor();
  assert.match(await page.title(), /^Error: /);
});

task('an address that emails bounced from is trusted again, and asked about first', as(council.helpdesk), async (page) => {
  await page.goto('/council/contacts/?provider=P1002');
  await page.getByText('Emails to 2 addresses are stopped').waitFor();
  await page.getByRole('button', { name: 'Deliver again to Bartholomew Winterbourne-Ashcombe' }).click();
  portal.answers = { ...portal.answers, [`GET ${CONTACTS_API}`]: council.trusted };
  await page.getByRole('button', { name: 'Deliver again', exact: true }).click();
  await done(page).getByText('Emails go to Bartholomew Winterbourne-Ashcombe again.').waitFor();
  assert.equal(sent(`${CONTACTS_API}/K2/email-trust`).length, 1);
  assert.equal(await page.getByText('are stopped').count(), 0);
});

// -------------------------------------------------------------------------------------------------------- documents

task('a document is published from a care package, and the portal makes the PDF', everything(), async (page) => {
  await page.goto('/council/documents/publish/?provider=P1002');
  await page.getByRole('button', { name: 'Publish document' }).click();
  assert.deepEqual(await errors(page).getByRole('link').allTextContents(), ['Enter the type of document', 'Choose the care package that the PDF is made from, or upload a PDF']);
  await page.getByLabel('Type of document').fill('Service provision agreement');
  await page.getByLabel('Care package').selectOption('188367');
  assert.equal(await page.getByLabel('Client').isVisible(), false);
  await page.getByRole('button', { name: 'Publish document' }).click();
  await done(page).getByText('The document is published.').waitFor();
  const [body] = sent('/api/council/documents');
  assert.match(body.request_id, UUID);
  assert.deepEqual({ ...body, request_id: null }, { request_id: null, provider_ref: 'P1002', document_ref: null, doc_type: 'Service provision agreement', cpli_id: '188367', service_ref: null, ss_ref: null, date_from: null, date_to: null, upload_id: null });
});

task('a new version of a rejected document is published from a PDF, and sent again it is the same version', everything({ [`GET ${DOCUMENT_API}`]: council.documentRejected, 'POST /api/council/documents': 'no answer' }), async (page) => {
  await page.goto('/council/documents/?state=rejected');
  await page.goto(council.DOCUMENT);
  await page.getByRole('button', { name: 'Publish a new version' }).click();
  await page.getByLabel('Upload a PDF').check();
  await page.setInputFiles('#file', { name: 'agreement.docx', mimeType: 'application/octet-stream', buffer: Buffer.from('x') });
  await page.getByRole('button', { name: 'Publish new version' }).click();
  await errors(page).getByText('is not a PDF').waitFor();
  await page.setInputFiles('#file', { name: 'agreement.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') });
  await page.getByRole('button', { name: 'Publish new version' }).click();
  await errors(page).getByText('Check that you are connected').waitFor();
  assert.equal(await page.getByLabel('Type of document').inputValue(), 'Service provision agreement');
  portal.answers = { ...portal.answers, 'POST /api/council/documents': { status: 201, body: council.document } };
  await page.getByRole('button', { name: 'Publish new version' }).click();
  await done(page).getByText('The new version is published.').waitFor();
  const bodies = sent('/api/council/documents');
  assert.ok(bodies.length >= 2);
  assert.equal(new Set(bodies.map((body) => JSON.stringify(body))).size, 1);
  assert.deepEqual([bodies[0].document_ref, bodies[0].upload_id], ['D5001', 'up-1']);
  assert.equal(portal.uploaded.length, 1);
});

task('a manual agreement needs a reason, and gives way to the answer of the provider', everything({ [`POST ${DOCUMENT_API}/manual-agreement`]: problem(409, 'document-answered', 'Tahira Mian rejected it at 9am on 22 November 2026.') }), async (page) => {
  await page.goto(council.DOCUMENT);
  await page.getByRole('button', { name: 'Agree manually' }).click();
  await page.locator('[data-yes]').click();
  await errors(page).getByRole('link', { name: 'Enter why the council agrees it' }).waitFor();
  await page.getByLabel('Why the council agrees it').fill('By telephone');
  portal.answers = { ...portal.answers, [`GET ${DOCUMENT_API}`]: council.documentRejected };
  await page.locator('[data-yes]').click();
  await errors(page).getByText('Tahira Mian rejected it at 9am').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Agree manually' }).count(), 0);
  assert.deepEqual(sent(`${DOCUMENT_API}/manual-agreement`), [{ version: 2, reason: 'By telephone' }]);
});

task('the record says who answered which file when, and whether it is as it was', everything({ [`GET ${DOCUMENT_API}`]: council.documentTampered }), async (page) => {
  await page.goto(council.DOCUMENT);
  const rows = page.getByRole('table', { name: 'Record of answers' }).getByRole('row');
  await rows.first().waitFor();
  assert.match(await rows.nth(1).innerText(), /^1\s+Rejected[^]*Tahira Mian \(K1\)[^]*2:02pm on 18 November 2026[^]*Not as it was/);
  assert.match(await rows.nth(2).innerText(), /Agreed[^]*Intact/);
});

// ------------------------------------------------------------------------------------------- lists that come in parts

const LISTS = [
  ['actions', '/council/actions/', '/api/council/actions', { ...council.queue, rows: council.queue.rows.slice(0, 2) }, council.queue.rows.slice(2), 'OPEN#2026-11-27#P1002#A-1'],
  ['change requests', '/council/change-requests/?history=yes', '/api/council/change-requests', { ...council.changeRequests, rows: council.changeRequests.rows.slice(0, 2) }, council.changeRequests.rows.slice(2), 'PENDING#2026-11-20T10:00:00.000000Z#P1002#R1'],
  ['contract documents', '/council/documents/?state=waiting', '/api/council/documents', { rows: council.waiting.rows.slice(0, 1) }, council.waiting.rows.slice(1), 'WAITING#2026-11-27T23:59:59.000000Z#P1002#D5001'],
  ['purchase orders', '/council/purchase-orders/?provider=P1002&financial_year=2026-27', '/api/council/purchase-orders', { ...orders.many, rows: orders.many.rows.slice(0, 100) }, orders.many.rows.slice(100, 150), 'A300099'],
];
for (const [what, path, api, first, rest, cursor] of LISTS) {
  const answer = ({ query: { after } }) => (after === cursor ? { ...first, rows: rest, next: null } : { ...first, next: cursor });
  task(`more ${what} are shown when they are asked for, and the focus goes to the first of them`, everything({ [`GET ${api}`]: answer }), async (page) => {
    await page.goto(path);
    const more = page.getByRole('button', { name: 'Show more' });
    await more.waitFor();
    assert.equal(await page.locator('tbody tr').count(), first.rows.length);
    await more.click();
    await page.locator('tbody tr').nth(first.rows.length).waitFor();
    assert.equal(await page.locator('tbody tr').count(), first.rows.length + rest.length);
    assert.equal(await more.count(), 0, 'these are all');
    assert.equal(await focused(page), await page.locator('tbody tr').nth(first.rows.length).getByRole('link').first().textContent());
    assert.equal(asked(`GET ${api}`).at(-1).after, cursor);
  });
}

task('more that cannot be had is said so, and what was shown stays', everything({ 'GET /api/council/actions': ({ query: { after } }) => (after ? problem(503, 'store-unavailable', 'Try again shortly') : { ...council.queue, next: 'OPEN#2026-11-27#P1002#A-1' }) }), async (page) => {
  await page.goto('/council/actions/');
  await page.getByRole('button', { name: 'Show more' }).click();
  await errors(page).getByText('Try again shortly.').waitFor();
  assert.equal(await page.locator('tbody tr').count(), council.queue.rows.length);
  await page.getByRole('button', { name: 'Show more' }).waitFor();
});

// ----------------------------------------------------------------------------------------------------- when it fails

task('a PDF that is not there is said so on the page of the council', everything({ [`GET ${DOCUMENT_API}/2/document.pdf`]: problem(404, 'not-found', 'Not found') }), async (page) => {
  await page.goto(council.DOCUMENT);
  await page.getByRole('link', { name: 'Download document' }).click();
  await errors(page).getByText('Not found.').waitFor();
  portal.answer({ 'GET /api/session': council.session, [`GET ${DOCUMENT_API}/2/document.pdf`]: { url: '/help/' } });
  await page.getByRole('link', { name: 'Download document' }).click();
  await page.waitForURL('**/help/');
});

task('a failure leads to the page that explains its code', everything({ 'GET /api/council/change-requests': problem(503, 'store-unavailable', 'Try again shortly') }), async (page) => {
  await page.goto('/council/change-requests/');
  await page.getByRole('link', { name: 'What this means, and what to do' }).click();
  await page.waitForURL('**/problems/store-unavailable/');
  await page.getByRole('heading', { level: 1, name: 'The database does not answer' }).waitFor();
  await page.getByRole('navigation', { name: 'Council' }).waitFor();
});

// ------------------------------------------------------------------------------------------------------------ audit

task('the auditor finds a person without naming them in an address, and goes on to earlier records', as(council.auditor), async (page) => {
  await page.goto('/council/audit/?provider=P1002');
  await page.getByRole('table').waitFor();
  assert.ok((await sections(page)).includes('Audit'));
  await page.getByLabel('Find a person by the email address they sign in with').fill('ada.brome@meadowview.example');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.waitForURL((url) => url.searchParams.get('actor') === audit.PERSON);
  assert.equal(page.url().includes('meadowview'), false);
  assert.deepEqual(sent('/api/council/audit/people'), [{ email: 'ada.brome@meadowview.example' }]);
  await page.getByRole('link', { name: 'Earlier records' }).click();
  await page.waitForURL((url) => url.searchParams.get('cursor') === 'AT#2026-11-01' && url.searchParams.get('actor') === audit.PERSON);
  await page.getByRole('table').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href'), `/api/council/audit/entries.csv?actor=${audit.PERSON}&provider=P1002`);
  await page.getByRole('link', { name: '22 Nov 2026' }).first().click();
  await page.getByText('This record is as it was written').waitFor();
});

// ------------------------------------------------------------------------------------------------------------ imports

task('a council file is sent once, seen tried, and applied when somebody says so', everything({ 'POST /api/council/imports': 'no answer' }), async (page) => {
  await page.goto('/council/imports/');
  await page.setInputFiles('#file', { name: 'prices_20261122T060000.csv', mimeType: 'text/csv', buffer: Buffer.from('cpli_id\n1') });
  assert.equal(await page.getByLabel('What the file is about').inputValue(), 'prices');
  await page.getByRole('button', { name: 'See what it would change' }).click();
  await errors(page).getByText('Check that you are connected').waitFor();
  portal.answers = { ...portal.answers, 'POST /api/council/imports': { status: 201, body: imports.trying }, [`GET ${imports.SENT_API}`]: imports.trying };
  await page.getByRole('button', { name: 'See what it would change' }).click();
  await page.waitForURL('**/council/imports/file/**');
  await page.getByText('Being worked out').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Apply this file' }).count(), 0);
  portal.answers = { ...portal.answers, [`GET ${imports.SENT_API}`]: imports.tried };
  await page.getByText('−£302.89').waitFor();
  await page.getByRole('button', { name: 'Apply this file' }).click();
  portal.answers = { ...portal.answers, [`GET ${imports.SENT_API}`]: imports.applied };
  await page.locator('[data-yes]').click();
  await done(page).getByText('The file is being applied.').waitFor();
  assert.equal(portal.uploaded.length, 1);
  assert.equal(new Set(sent('/api/council/imports').map((body) => JSON.stringify(body))).size, 1);
  assert.deepEqual(sent(`${imports.SENT_API}/application`), [{}]);
});
