// The pages of the council's own people in their main states.

import * as audit from './mock/audit.mjs';
import * as council from './mock/council.mjs';
import * as data from './mock/data.mjs';
import * as imports from './mock/imports.mjs';
import * as orders from './mock/orders.mjs';
import * as reports from './mock/reports.mjs';

const { problem } = data;
const down = problem(503, 'unavailable');
const notFound = problem(404, 'not-found', 'There is nothing here.');
const summary = '.govuk-error-summary';
const told = '.govuk-notification-banner';
const done = '[data-region]:not([aria-busy])';
const press = (text) => (page) => page.click(`main button:has-text("${text}")`);
const pressAll = (...texts) => async (page) => {
  for (const text of texts) await page.locator(`main button:has-text("${text}"):visible`).first().click();
};
const auditor = { 'GET /api/session': council.auditor };
const { ACTION_API, REQUEST_API, CONTACTS_API, DOCUMENT_API, ORDER_API } = council;

async function publish(page) {
  await page.fill('#doc_type', 'Service provision agreement');
  await page.selectOption('#cpli_id', '188367');
  await page.click('text=Publish document');
}

const states = [
  {
    name: 'work queues', path: '/council/', ready: '.portal-area, [data-region] p:not(.portal-loading)',
    states: [
      { name: 'with something waiting' },
      { name: 'of the helpdesk', answers: { 'GET /api/session': council.helpdesk, 'GET /api/council/home': { queues: [council.home.queues[1]] } } },
      { name: 'without a queue', answers: { 'GET /api/session': council.finaliser, 'GET /api/council/home': { queues: [] } }, ready: 'text=no work queue' },
      { name: 'down', answers: { 'GET /api/council/home': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'queue of actions', path: '/council/actions/', ready: done,
    states: [
      { name: 'some', ready: '.portal-actions-list' },
      { name: 'for an auditor', answers: { ...auditor, 'GET /api/council/actions': { ...council.queue, can_create: false } }, ready: '.portal-actions-list' },
      { name: 'with more to show', answers: { 'GET /api/council/actions': { ...council.queue, next: 'OPEN#2026-11-27#P1002#A-1' } }, ready: '[data-more]' },
      { name: 'none', answers: { 'GET /api/council/actions': { ...council.queue, rows: [], counts: { open: 0, with_provider: 0, overdue: 0 } } }, ready: 'text=Nothing is open for your teams' },
      { name: 'none that matches', path: '/council/actions/?team=T02&include_done=yes', answers: { 'GET /api/council/actions': { ...council.queue, rows: [] } }, ready: 'text=match these filters' },
      { name: 'down', answers: { 'GET /api/council/actions': down }, ready: 'text=Try again' },
      { name: 'not allowed', answers: { 'GET /api/council/actions': problem(404, 'not-allowed', 'Your role does not allow this.') }, ready: 'text=does not allow this' },
    ],
  },
  {
    name: 'action of a provider', path: council.ACTION, ready: done,
    states: [
      { name: 'to answer', ready: '#reply-heading' },
      { name: 'with a proposal', answers: { [`GET ${ACTION_API}`]: council.death }, ready: '.portal-proposal' },
      { name: 'with a variation', answers: { [`GET ${ACTION_API}`]: council.variation }, ready: '.portal-proposal' },
      { name: 'with a proposal for suspended care', answers: { [`GET ${ACTION_API}`]: council.deathSuspended }, ready: 'text=Not payable (suspended)' },
      { name: 'with a proposal without effect', answers: { [`GET ${ACTION_API}`]: council.withoutEffect }, ready: 'text=changes no amount' },
      { name: 'with a proposal of another team', answers: { [`GET ${ACTION_API}`]: council.notYours }, ready: 'text=in the team that handles it' },
      { name: 'with a proposal that cannot be accepted', answers: { [`GET ${ACTION_API}`]: council.notYet }, ready: 'text=before the care began' },
      { name: 'about to accept', answers: { [`GET ${ACTION_API}`]: council.death }, then: press('Accept this change'), ready: 'text=Accept this change?' },
      { name: 'about to decline', answers: { [`GET ${ACTION_API}`]: council.death }, then: press('Decline it'), ready: '#decision-reason' },
      { name: 'declined without a reason', answers: { [`GET ${ACTION_API}`]: council.death }, then: pressAll('Decline it', 'Decline change'), ready: summary },
      { name: 'accepted just now', answers: { [`GET ${ACTION_API}`]: council.death }, then: pressAll('Accept this change', 'Accept change'), ready: told },
      { name: 'declined', answers: { [`GET ${ACTION_API}`]: council.declined }, ready: 'text=Change declined' },
      { name: 'replied', then: async (page) => { await page.fill('#text', 'Please send us the certificate.'); await press('Send reply')(page); }, ready: told },
      { name: 'nothing entered', then: press('Send reply'), ready: summary },
      { name: 'done', answers: { [`GET ${ACTION_API}`]: council.done }, ready: '#reply-heading:has-text("Reopen")' },
      { name: 'for an auditor', answers: { ...auditor, [`GET ${ACTION_API}`]: council.readOnly }, ready: 'text=not reply to it' },
      { name: 'changed meanwhile', answers: { [`POST ${ACTION_API}/completion`]: problem(409, 'action-changed', 'Imre Castellan marked it as done at 9am.') }, then: press('Mark as done'), ready: summary },
      { name: 'created just now', path: `${council.ACTION}&created=yes`, answers: { [`GET ${ACTION_API}`]: council.answered }, ready: told },
      { name: 'not there', answers: { [`GET ${ACTION_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
  {
    name: 'new action to a provider', path: '/council/actions/new/', ready: done,
    states: [
      { name: 'which provider' },
      { name: 'found', path: '/council/actions/new/?q=meadow', ready: 'text=2 providers' },
      { name: 'not found', path: '/council/actions/new/?q=xyz', answers: { 'GET /api/council/providers': { providers: [] } }, ready: 'text=No provider has' },
      { name: 'to write', path: '/council/actions/new/?provider=P1002', ready: '.portal-action-form' },
      { name: 'nothing entered', path: '/council/actions/new/?provider=P1002', then: press('Create action'), ready: summary },
      { name: 'without a team', path: '/council/actions/new/?provider=P1002', answers: { 'GET /api/council/actions/form': { ...council.form, own_teams: [] } }, ready: 'text=in no team' },
      { name: 'for an auditor', answers: auditor, ready: 'text=A team member can' },
    ],
  },
  {
    name: 'queue of change requests', path: '/council/change-requests/', ready: done,
    states: [
      { name: 'some', ready: 'table' },
      { name: 'none', answers: { 'GET /api/council/change-requests': { rows: [] } }, ready: 'text=No change request waits' },
      { name: 'no history', path: '/council/change-requests/?history=yes', answers: { 'GET /api/council/change-requests': { rows: [] } }, ready: 'text=ever asked' },
      { name: 'down', answers: { 'GET /api/council/change-requests': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'change request', path: council.REQUEST, ready: done,
    states: [
      { name: 'to decide', ready: '#decide' },
      { name: 'new contact', answers: { [`GET ${REQUEST_API}`]: council.newContact }, ready: '#decide' },
      { name: 'removal', answers: { [`GET ${REQUEST_API}`]: council.removalRequest }, ready: '#decide' },
      { name: 'about to accept', then: press('Accept'), ready: 'text=Accept this request?' },
      { name: 'about to reject', then: press('Reject'), ready: '#reason' },
      { name: 'rejected without a reason', then: pressAll('Reject', 'Reject request'), ready: summary },
      { name: 'accepted just now', then: pressAll('Accept', 'Accept request'), ready: told },
      { name: 'rejected', answers: { [`GET ${REQUEST_API}`]: council.requestRejected }, ready: 'text=work address' },
      { name: 'for an auditor', answers: { ...auditor, [`GET ${REQUEST_API}`]: council.requestForAuditor }, ready: 'text=helpdesk decides' },
      { name: 'decided meanwhile', answers: { [`POST ${REQUEST_API}/acceptance`]: problem(409, 'request-decided', 'Imre Castellan accepted this at 11am on 22 November 2026.') }, then: pressAll('Accept', 'Accept request'), ready: summary },
      { name: 'not there', answers: { [`GET ${REQUEST_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
  {
    name: 'contacts of a provider', path: '/council/contacts/?provider=P1002', ready: done,
    states: [
      { name: 'some bounced', ready: '.portal-contacts' },
      { name: 'about to deliver again', then: press('Deliver again'), ready: 'text=they have told you' },
      { name: 'for an auditor', answers: auditor, ready: '.portal-contacts' },
      { name: 'none', answers: { [`GET ${CONTACTS_API}`]: { ...council.contactList, contacts: [] } }, ready: 'text=No contact is known' },
      { name: 'which provider', path: '/council/contacts/' },
      { name: 'not there', answers: { [`GET ${CONTACTS_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
  {
    name: 'contract documents of providers', path: '/council/documents/', ready: done,
    states: [
      { name: 'waiting', ready: '.portal-documents' },
      { name: 'rejected', path: '/council/documents/?state=rejected', answers: { 'GET /api/council/documents': council.rejected }, ready: '.portal-documents' },
      { name: 'answered', path: '/council/documents/?state=answered', answers: { 'GET /api/council/documents': council.answeredDocuments }, ready: '.portal-documents' },
      { name: 'none', answers: { ...auditor, 'GET /api/council/documents': { rows: [] } }, ready: 'text=No document waits' },
      { name: 'down', answers: { 'GET /api/council/documents': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'contract document of a provider', path: council.DOCUMENT, ready: done,
    states: [
      { name: 'waiting', ready: '#next-heading' },
      { name: 'rejected', answers: { [`GET ${DOCUMENT_API}`]: council.documentRejected }, ready: '#next-heading' },
      { name: 'agreed', answers: { [`GET ${DOCUMENT_API}`]: council.documentAgreed }, ready: 'text=Record of answers' },
      { name: 'not intact', answers: { [`GET ${DOCUMENT_API}`]: council.documentTampered }, ready: 'text=Not as it was' },
      { name: 'for an auditor', answers: { ...auditor }, ready: 'text=Record of answers' },
      { name: 'about to agree manually', then: press('Agree manually'), ready: '#reason' },
      { name: 'agreed manually', then: async (page) => { await press('Agree manually')(page); await page.fill('#reason', 'Agreed by telephone'); await page.locator('button[data-yes]').click(); }, ready: told },
      { name: 'without a reason', then: async (page) => { await press('Agree manually')(page); await page.locator('button[data-yes]').click(); }, ready: summary },
      { name: 'answered meanwhile', answers: { [`POST ${DOCUMENT_API}/manual-agreement`]: problem(409, 'document-answered', 'Tahira Mian agreed it at 9am on 22 November 2026.') }, then: async (page) => { await press('Agree manually')(page); await page.fill('#reason', 'By telephone'); await page.locator('button[data-yes]').click(); }, ready: summary },
      { name: 'published just now', path: `${council.DOCUMENT}&made=published`, ready: told },
      { name: 'not there', answers: { [`GET ${DOCUMENT_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
  {
    name: 'publish a contract document', path: '/council/documents/publish/?provider=P1002', ready: done,
    states: [
      { name: 'to fill in', ready: '#doc_type' },
      { name: 'with a file', then: (page) => page.getByLabel('Upload a PDF').check(), ready: '#file:visible' },
      { name: 'nothing entered', then: press('Publish document'), ready: summary },
      { name: 'wrong file', then: async (page) => { await page.getByLabel('Upload a PDF').check(); await page.setInputFiles('#file', { name: 'agreement.docx', mimeType: 'application/octet-stream', buffer: Buffer.from('x') }); await press('Publish document')(page); }, ready: summary },
      { name: 'refused', answers: { 'POST /api/council/documents': problem(422, 'invalid', 'Check the form', [{ field: 'cpli_id', message: 'This care package has no price yet' }]) }, then: publish, ready: summary },
      { name: 'new version', path: `/council/documents/publish/?provider=P1002&document=D5001`, answers: { [`GET ${DOCUMENT_API}`]: council.documentRejected }, ready: 'text=This becomes version 3' },
      { name: 'which provider', path: '/council/documents/publish/' },
      { name: 'for an auditor', answers: auditor, ready: 'text=but not publish' },
      { name: 'down', answers: { 'GET /api/council/documents/form': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'council files', path: '/council/imports/', ready: done,
    states: [
      { name: 'some', ready: 'text=Being read' },
      { name: 'of one feed', path: '/council/imports/?feed=prices', ready: 'text=History of prices' },
      { name: 'with more to show', answers: { 'GET /api/council/imports': { ...imports.history, next: '20261120T060000' } }, ready: '[data-more]' },
      { name: 'none', answers: { 'GET /api/council/imports': { ...imports.history, rows: [], tried: [] }, 'GET /api/council/imports/waiting': { rows: [], more: false } }, ready: 'text=No file has come yet' },
      { name: 'for an auditor', answers: { ...auditor, 'GET /api/council/imports': { ...imports.history, may_import: false } }, ready: 'table' },
      { name: 'nothing chosen', then: press('See what it would change'), ready: summary },
      { name: 'wrong file', then: async (page) => { await page.selectOption('#send-feed', 'prices'); await page.setInputFiles('#file', { name: 'prices.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('x') }); await press('See what it would change')(page); }, ready: summary },
      { name: 'waiting rows tried again', then: press('Try waiting rows again'), ready: '[data-retried]' },
      { name: 'down', answers: { 'GET /api/council/imports': down }, ready: 'text=Try again' },
      { name: 'not allowed', answers: { 'GET /api/council/imports': problem(404, 'not-allowed', 'Your role does not allow this.') }, ready: 'text=does not allow this' },
    ],
  },
  {
    name: 'council file', path: imports.FILE, ready: done,
    states: [
      { name: 'with rows that were not applied', ready: 'table' },
      { name: 'refused', answers: { [`GET ${imports.FILE_API}`]: imports.refusedFile }, ready: 'text=Nothing of this file was applied' },
      { name: 'not there', answers: { [`GET ${imports.FILE_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
  {
    name: 'council file from the page', path: imports.SENT, ready: done,
    states: [
      { name: 'tried', ready: 'text=What it would change' },
      { name: 'being tried', answers: { [`GET ${imports.SENT_API}`]: imports.trying }, ready: 'text=Being worked out' },
      { name: 'refused', answers: { [`GET ${imports.SENT_API}`]: imports.refusedSent }, ready: 'text=Nothing of this file was applied' },
      { name: 'about to apply', then: press('Apply this file'), ready: 'text=Apply this file?' },
      { name: 'applied just now', then: pressAll('Apply this file', 'Apply file'), ready: told },
      { name: 'changed meanwhile', answers: { [`POST ${imports.SENT_API}/application`]: problem(409, 'file-gone', 'The file of the dry run is not there any more. Send it again.') }, then: pressAll('Apply this file', 'Apply file'), ready: summary },
      { name: 'applied', answers: { [`GET ${imports.SENT_API}`]: imports.applied }, ready: 'text=See what became of' },
      { name: 'for an auditor', answers: { ...auditor, [`GET ${imports.SENT_API}`]: { ...imports.tried, may_apply: false } }, ready: 'text=What it would change' },
    ],
  },
  {
    name: 'purchase orders of a provider', path: '/council/purchase-orders/?provider=P1002', ready: done,
    states: [
      { name: 'some', ready: 'table' },
      { name: 'none', answers: { 'GET /api/council/purchase-orders': { ...orders.none, financial_years: [], provider_name: 'Meadow View House' } }, ready: 'text=no purchase order yet' },
      { name: 'none that matches', path: '/council/purchase-orders/?provider=P1002&client=A1', answers: { 'GET /api/council/purchase-orders': orders.none }, ready: 'text=matches these filters' },
      { name: 'which provider', path: '/council/purchase-orders/' },
      { name: 'down', answers: { 'GET /api/council/purchase-orders': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'purchase order of a provider', path: council.ORDER, ready: done,
    states: [
      { name: 'in force', ready: '.portal-invoice' },
      { name: 'earlier', path: `${council.ORDER}&revision=2`, answers: { [`GET ${ORDER_API}`]: orders.earlier }, ready: 'text=not in force any more' },
      { name: 'not there', answers: { [`GET ${ORDER_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
  {
    name: 'reports over all providers', path: '/council/reports/', ready: done,
    states: [
      { name: 'some', ready: 'text=Prompt payment' },
      { name: 'none', answers: { 'GET /api/council/reports': { reports: [] } }, ready: 'text=No report is offered' },
      { name: 'down', answers: { 'GET /api/council/reports': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'report over all providers', path: reports.COUNCIL_PATH, ready: 'main .portal-links',
    states: [
      { name: 'with its figures', ready: 'svg[role=img]' },
      { name: 'made in the background', then: async (page) => { await page.click('text=Make CSV and email me'); await page.waitForURL('**/council/reports/job/**'); }, ready: 'text=Download the report' },
      { name: 'nothing', answers: { [`GET ${reports.COUNCIL_API}`]: reports.none }, ready: 'text=nothing to show' },
      { name: 'not there', answers: { [`GET ${reports.COUNCIL_API}`]: notFound }, ready: '.govuk-error-summary, .portal-failure' },
    ],
  },
  {
    name: 'report that was asked for', path: reports.JOB_PATH, ready: 'main .govuk-summary-list',
    states: [
      { name: 'ready', ready: 'text=Download the report' },
      { name: 'being made', answers: { [`GET ${reports.JOB_API}`]: reports.jobWorking }, ready: 'text=You can leave this page' },
      { name: 'being made, uncounted', answers: { [`GET ${reports.JOB_API}`]: reports.jobUncounted }, ready: 'progress:not([value])' },
      { name: 'refused', answers: { [`GET ${reports.JOB_API}`]: reports.jobRefused }, ready: 'text=is not a date' },
      { name: 'not there', answers: { [`GET ${reports.JOB_API}`]: notFound }, ready: '.govuk-error-summary, .portal-failure' },
    ],
  },
  {
    name: 'audit', path: '/council/audit/?provider=P1002', ready: done,
    states: [
      { name: 'some', answers: auditor, ready: 'table' },
      { name: 'of a person', path: `/council/audit/?actor=${audit.PERSON}`, answers: { ...auditor, 'GET /api/council/audit': { ...audit.found, provider: null, actor: audit.PERSON, next: null } }, ready: 'text=Everybody' },
      { name: 'none', path: '/council/audit/', answers: { ...auditor, 'GET /api/council/audit': audit.none }, ready: 'text=No day was sealed yet' },
      { name: 'none so far', path: '/council/audit/?kind=refused', answers: { ...auditor, 'GET /api/council/audit': audit.later }, ready: 'text=Earlier records' },
      { name: 'a wrong address', answers: { ...auditor, 'POST /api/council/audit/people': problem(422, 'invalid', 'Check what you entered', [{ field: 'email', message: 'Enter an email address in the correct format, like name@example.com' }]) }, then: press('Find'), ready: summary },
      { name: 'down', answers: { ...auditor, 'GET /api/council/audit': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'audit record', path: audit.ENTRY, ready: done,
    states: [
      { name: 'as written', answers: auditor, ready: 'text=is as it was written' },
      { name: 'changed', answers: { ...auditor, [`GET ${audit.ENTRY_API}`]: audit.tampered }, ready: 'text=is not as it was written' },
      { name: 'without the one before', answers: { ...auditor, [`GET ${audit.ENTRY_API}`]: audit.cutOff }, ready: 'text=does not follow from the one before' },
      { name: 'not there', answers: { ...auditor, [`GET ${audit.ENTRY_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
];

// All of them as one who may do everything, unless a state says otherwise.
export const pages = states.map((page) => ({ ...page, who: 'council', states: page.states.map((state) => ({ ...state, answers: { 'GET /api/session': council.session, ...state.answers } })) }));
