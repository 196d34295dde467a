// The provider's pages of actions, contacts, contract documents, purchase orders and notifications, in their main states.

import * as actions from './mock/actions.mjs';
import * as contacts from './mock/contacts.mjs';
import * as data from './mock/data.mjs';
import * as documents from './mock/documents.mjs';
import * as notifications from './mock/notifications.mjs';
import * as orders from './mock/orders.mjs';
import * as reports from './mock/reports.mjs';

const { problem } = data;
const down = problem(503, 'unavailable');
const notFound = problem(404, 'not-found', 'There is nothing here.');
const viewer = { 'GET /api/session': { ...data.session, permissions: ['see'] } };
const summary = '.govuk-error-summary';
const told = '.govuk-notification-banner';
const press = (text) => (page) => page.click(`main button:has-text("${text}")`);
const chooseType = (type) => (page) => page.selectOption('#type_ref', type);

/** Fills in a reply. */
async function reply(page, text = 'Yes, as we said on the telephone.') {
  await page.fill('#text', text);
}

/** Chooses files to attach. */
const attach = (page, ...names) => page.setInputFiles('#attachments', names.map((name) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from('x') })));

async function answerDocument(page, what, reason = null) {
  await page.getByLabel(what).check();
  if (reason !== null) await page.fill('#reason', reason);
  await page.fill('#password', 'Correct horse 9');
  await page.click('[data-submit]');
}

const CONTACT = '/contacts/contact/?contact=K1';
const WINTERBOURNE = '/contacts/contact/?contact=K2';

export const pages = [
  {
    name: 'actions', path: '/actions/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'some', ready: '.portal-actions-list' },
      { name: 'with a request open', then: (page) => page.click('button:has-text("Details, withdraw")'), ready: '#request-0:visible' },
      { name: 'about to withdraw', then: async (page) => { await page.click('button:has-text("Details, withdraw")'); await page.click('button:has-text("Withdraw this request")'); }, ready: 'text=Are you sure' },
      { name: 'none', answers: { 'GET /api/actions': actions.none, 'GET /api/contacts/requests': { rows: [] } }, ready: 'text=No change request is pending' },
      { name: 'none that matches', path: '/actions/?assigned_to=provider&type=death&history=yes', answers: { 'GET /api/actions': actions.none, 'GET /api/contacts/requests': { rows: [] } }, ready: 'text=match these filters' },
      { name: 'for who only looks', answers: { ...viewer, 'GET /api/actions': { ...actions.list, can_create: false } }, ready: 'text=another role than' },
      { name: 'requests down', answers: { 'GET /api/contacts/requests': down }, ready: '[data-requests] >> text=Try again' },
      { name: 'down', answers: { 'GET /api/actions': down }, ready: '[data-region] >> text=Try again' },
    ],
  },
  {
    name: 'new action', path: '/actions/new/', who: 'provider', ready: '.portal-action-form, [data-region] p:not(.portal-loading)',
    states: [
      { name: 'empty' },
      ...actions.types.map(({ type_ref: ref, name, help }) => ({ name, then: chooseType(ref), ready: `#type-help:has-text("${help.slice(0, 20)}")` })),
      { name: 'from a care package', path: '/actions/new/?cpli=188367', answers: { 'GET /api/actions/form': actions.fromPackage }, ready: 'text=are filled in' },
      { name: 'from a statement line', path: '/actions/new/?contract=C3001&period=2026-10-26&item=5F1C09A2B7D34E60', answers: { 'GET /api/actions/form': actions.fromLine }, ready: 'text=are filled in' },
      { name: 'of a type', path: '/actions/new/?type=variation', ready: '#field-contracted_hours' },
      { name: 'nothing entered', then: async (page) => { await chooseType('variation')(page); await press('Create action')(page); }, ready: summary },
      { name: 'with files', then: (page) => attach(page, 'letter of the hospital about the admission on 17 November.pdf', 'notes.docx'), ready: 'text=notes.docx' },
      { name: 'with a file that is not taken', then: (page) => attach(page, 'visit.mov'), ready: 'text=visit.mov' },
      { name: 'refused', path: '/actions/new/?cpli=188367', answers: { 'GET /api/actions/form': { ...actions.fromPackage, filled: { ...actions.fromPackage.filled, title: 'Over the limit' } }, 'POST /api/actions': problem(422, 'invalid', 'Check the form', [{ field: 'fields.end_date', message: 'The care began after this day' }, { field: 'attachments', message: '“notes.docx” is not what its name says' }]) }, then: async (page) => { await chooseType('package_ended')(page); for (const [id, value] of [['#field-end_date', '20'], ['#field-end_date-month', '11'], ['#field-end_date-year', '2026']]) await page.fill(id, value); await press('Create action')(page); }, ready: summary },
      { name: 'for who only looks', answers: viewer, ready: 'text=not raise actions' },
      { name: 'down', answers: { 'GET /api/actions/form': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'action', path: actions.PATH, who: 'provider', ready: '.portal-conversation, .portal-failure',
    states: [
      ...Object.entries({ 'with us': actions.view, 'overdue with the council': actions.withCouncil, done: actions.done, 'for who only looks': actions.readOnly, 'change accepted': actions.accepted, 'change declined': actions.declined, long: actions.long })
        .map(([name, view]) => ({ name, answers: { [`GET ${actions.API}`]: view } })),
      { name: 'created just now', path: `${actions.PATH}&created=yes`, answers: { [`GET ${actions.API}`]: actions.withCouncil }, ready: told },
      { name: 'replied', then: async (page) => { await reply(page); await press('Send reply')(page); }, ready: told },
      { name: 'nothing typed', then: press('Send reply'), ready: summary },
      { name: 'done just now', then: press('Mark as done'), ready: told },
      { name: 'changed meanwhile', answers: { [`POST ${actions.API}/posts`]: problem(409, 'action-changed', 'Rowan Ellery marked this action as done at 9am on 22 November 2026.') }, then: async (page) => { await reply(page); await press('Send reply')(page); }, ready: summary },
      { name: 'not there', answers: { [`GET ${actions.API}`]: notFound }, ready: 'text=may belong to another provider' },
    ],
  },
  {
    name: 'contacts', path: '/contacts/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'some', answers: { 'GET /api/contacts': contacts.waiting }, ready: '.portal-contacts' },
      { name: 'for who only looks', answers: { 'GET /api/contacts': contacts.lookOnly }, ready: 'text=can ask the council' },
      { name: 'none', answers: { 'GET /api/contacts': { ...contacts.list, contacts: [] } }, ready: 'text=no contact' },
      { name: 'down', answers: { 'GET /api/contacts': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'contact', path: CONTACT, who: 'provider', ready: '.govuk-summary-list, .portal-failure',
    states: [
      { name: 'oneself' },
      { name: 'email bounced and a request pending', path: WINTERBOURNE, answers: { 'GET /api/contacts': contacts.waiting }, ready: 'text=do not arrive' },
      { name: 'marked as junk', path: WINTERBOURNE, answers: { 'GET /api/contacts': { ...contacts.list, contacts: contacts.contacts.map((each) => ({ ...each, email_state: { state: 'complained', at: '2026-11-12T07:01:00Z' } })) } }, ready: 'text=marked as junk' },
      { name: 'without access', path: '/contacts/contact/?contact=K3', ready: 'text=No access to the portal' },
      { name: 'being edited', path: WINTERBOURNE, then: press('Edit'), ready: '#forename' },
      { name: 'edit refused', then: async (page) => { await press('Edit')(page); await press('Submit change request')(page); }, answers: { 'POST /api/contacts/requests': problem(422, 'invalid', 'Check the form', [{ field: 'contact.phone', message: 'Enter a telephone number' }, { field: 'roles', message: 'Choose a role' }]) }, ready: summary },
      { name: 'role removal asked', then: press('Request role removal'), ready: 'text=Are you sure' },
      { name: 'role removal asked for', path: WINTERBOURNE, then: async (page) => { await press('Request role removal')(page); await page.click('[data-yes]'); }, ready: told },
      { name: 'for who only looks', answers: { 'GET /api/contacts': contacts.lookOnly }, ready: 'text=can ask the council' },
      { name: 'not there', path: '/contacts/contact/?contact=K99', ready: 'text=may belong to another provider' },
    ],
  },
  {
    name: 'new contact', path: '/contacts/new/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'empty', ready: '#forename' },
      { name: 'asked for', then: async (page) => { await page.fill('#forename', 'Ana'); await page.fill('#surname', 'Kestrel'); await press('Submit contact')(page); }, ready: told },
      { name: 'refused', answers: { 'POST /api/contacts/requests': problem(422, 'invalid', 'Check the form', [{ field: 'surname', message: 'Enter a surname' }, { field: 'portal_email', message: 'Enter an email address, like name@example.com' }, { field: 'roles', message: 'Choose at least one role' }]) }, then: press('Submit contact'), ready: summary },
      { name: 'for who only looks', answers: { 'GET /api/contacts': contacts.lookOnly }, ready: 'text=does not allow this' },
    ],
  },
  {
    name: 'organisation', path: '/organisation/', who: 'provider', ready: '.govuk-summary-list, .portal-failure',
    states: [
      { name: 'known' },
      { name: 'hardly known', answers: { 'GET /api/organisation': { ...contacts.organisation, address: null, phone: null, email: null, parent_name: null, vat_number: null } } },
      { name: 'down', answers: { 'GET /api/organisation': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'contract documents', path: '/contract-documents/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'some', ready: '.portal-documents' },
      { name: 'with more', answers: { 'GET /api/contract-documents': { ...documents.list, next: '2026-11-20T10:00:00.000000Z#D1#000000001' } }, ready: '[data-more]' },
      { name: 'for who only looks', answers: { ...viewer, 'GET /api/contract-documents': { ...documents.list, can_answer: false, rows: documents.list.rows.map((row) => ({ ...row, can_answer: false })) } }, ready: 'text=can agree or reject' },
      { name: 'none', answers: { 'GET /api/contract-documents': documents.none }, ready: 'text=no open contract document' },
      { name: 'none that matches', path: '/contract-documents/?service=none&client=none&status=agreed&updated_since=2026-11-01', answers: { 'GET /api/contract-documents': documents.none }, ready: 'text=matches these filters' },
      { name: 'down', answers: { 'GET /api/contract-documents': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'contract document', path: documents.PATH, who: 'provider', ready: '.portal-file-link, .portal-failure',
    states: [
      ...Object.entries({ 'to be answered': documents.view, 'first version': documents.first, agreed: documents.agreed, rejected: documents.rejected, 'agreed manually': documents.manually, 'for who only looks': documents.readOnly })
        .map(([name, view]) => ({ name, answers: { [`GET ${documents.API}`]: view } })),
      { name: 'about to be rejected', then: (page) => page.getByLabel('I reject it').check(), ready: '#reason:visible' },
      { name: 'nothing chosen', then: (page) => page.click('[data-submit]'), ready: summary },
      { name: 'wrong password', answers: { [`POST ${documents.API}/rejection`]: problem(422, 'password-refused', 'Check your password', [{ field: 'password', message: 'The password is not right' }]) }, then: (page) => answerDocument(page, 'I reject it', 'The start date is wrong'), ready: summary },
      { name: 'agreed just now', then: (page) => answerDocument(page, 'I agree'), ready: told },
      { name: 'answered by somebody else', answers: { [`POST ${documents.API}/agreement`]: problem(409, 'document-answered', 'Imogen Tarrant rejected this document at 9am on 22 November 2026. Reason: The price is wrong.') }, then: (page) => answerDocument(page, 'I agree'), ready: summary },
      { name: 'not there', answers: { [`GET ${documents.API}`]: notFound }, ready: 'text=may belong to another provider' },
    ],
  },
  {
    name: 'purchase orders', path: '/purchase-orders/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'some' },
      { name: 'very many', answers: { 'GET /api/purchase-orders': { ...orders.many, rows: orders.many.rows.slice(0, 100), next: 'A300099' } }, ready: '[data-more]' },
      { name: 'none', answers: { 'GET /api/purchase-orders': orders.none }, ready: 'text=no purchase order for' },
      { name: 'no year', answers: { 'GET /api/purchase-orders': { financial_years: [], financial_year: null, rows: [], clients: [], services: [] } }, ready: 'text=no purchase order yet' },
      { name: 'none that matches', path: '/purchase-orders/?client=A394645', answers: { 'GET /api/purchase-orders': orders.none }, ready: 'text=matches these filters' },
      { name: 'down', answers: { 'GET /api/purchase-orders': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'purchase order', path: orders.PATH, who: 'provider', ready: '.portal-invoice, .portal-failure',
    states: [
      ...Object.entries({ 'in force': orders.view, 'an earlier revision': orders.earlier, 'its first revision': orders.single, empty: { ...orders.view, lines: [], total_cost: '0.00', total_income: '0.00', total: '0.00' } })
        .map(([name, view]) => ({ name, answers: { [`GET ${orders.API}`]: view } })),
      { name: 'not there', answers: { [`GET ${orders.API}`]: notFound }, ready: 'text=may belong to another provider' },
    ],
  },
  {
    name: 'email notifications', path: '/account/notifications/', who: 'person', ready: '[data-form]:visible',
    states: [
      { name: 'some on' },
      { name: 'saved', then: press('Save'), ready: told },
      { name: 'emails bounce', answers: { 'GET /api/account/notifications': notifications.bounced }, ready: 'text=do not arrive' },
      { name: 'marked as junk', answers: { 'GET /api/account/notifications': notifications.complained }, ready: 'text=marked as junk' },
      { name: 'down', answers: { 'GET /api/account/notifications': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'unsubscribe', path: '/unsubscribe/?token=t-1', who: 'nobody', ready: 'h1',
    states: [
      { name: 'asked', ready: '[data-unsubscribe]:visible' },
      { name: 'done', then: press('Unsubscribe'), ready: '[data-done]:visible' },
      { name: 'not known', answers: { 'POST /api/unsubscribe': { masked_email: null } }, then: press('Unsubscribe'), ready: '[data-unknown]:visible' },
      { name: 'not complete', path: '/unsubscribe/', ready: '[data-incomplete]:visible' },
      { name: 'refused', answers: { 'POST /api/unsubscribe': down }, then: press('Unsubscribe'), ready: summary },
    ],
  },
  {
    name: 'reports', path: '/reports/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'some', ready: 'text=by finalisation' },
      { name: 'none', answers: { 'GET /api/reports': { reports: [] } }, ready: 'text=No report is offered' },
      { name: 'down', answers: { 'GET /api/reports': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'report', path: reports.PATH, who: 'provider', ready: 'main .portal-links',
    states: [
      { name: 'with its chart', ready: 'svg[role=img]' },
      { name: 'very many rows', answers: { [`GET ${reports.API}`]: reports.many }, ready: '.govuk-pagination' },
      { name: 'with days and numbers', answers: { [`GET ${reports.API}`]: reports.dated } },
      { name: 'nothing', answers: { [`GET ${reports.API}`]: reports.none }, ready: 'text=nothing to show' },
      { name: 'not there', answers: { [`GET ${reports.API}`]: notFound }, ready: '.govuk-error-summary, .portal-failure' },
      { name: 'a filter refused', answers: { [`GET ${reports.API}`]: reports.refusesItsPeriod }, ready: '.govuk-error-summary a[href="#filter-period"]' },
    ],
  },
];
