// The council's payments pages in their main states.

import * as data from './mock/data.mjs';
import * as payments from './mock/payments.mjs';

const { problem } = data;
const down = problem(503, 'unavailable');
const notFound = problem(404, 'not-found', 'There is nothing here.');
const summary = '.govuk-error-summary';
const told = '.govuk-notification-banner';
const done = '[data-region]:not([aria-busy])';
const press = (...texts) => async (page) => {
  for (const text of texts) await page.locator(`main button:has-text("${text}"):visible`).first().click();
};
const open = (text) => (page) => page.locator(`summary:has-text("${text}")`).click();
const auditor = { 'GET /api/session': payments.auditor };
const { PERIOD_API, STATEMENT_API, CONTRACT_API } = payments;

async function directive(page) {
  await open('Suspend, cancel or carry forward')(page);
  await page.fill('#directive-reason', 'Under review');
  await press('Show what it would change')(page);
}

async function writeNote(page) {
  await open('Write a note')(page);
  await page.fill('#reference', 'P1002');
  for (const [field, parts] of [['from_date', ['1', '12', '2026']], ['to_date', ['31', '12', '2026']]]) {
    for (const [n, part] of ['day', 'month', 'year'].entries()) await page.fill(`[data-day="${field}"] [data-part="${part}"]`, parts[n]);
  }
  await page.fill('#text', 'The payments office is closed.');
  await press('Write this note')(page);
}

const finaliser = [
  {
    name: 'payments', path: '/council/payments/', ready: done,
    states: [
      { name: 'schedule', ready: 'table' },
      { name: 'paused', answers: { 'GET /api/council/payments': payments.paused }, ready: 'text=Resume the schedule' },
      { name: 'about to pause', then: press('Pause the schedule'), ready: '#reason-28DAY' },
      { name: 'paused just now', then: async (page) => { await press('Pause the schedule')(page); await page.fill('#reason-28DAY', 'A price file is wrong'); await page.locator('button[data-yes]').click(); }, ready: told },
      { name: 'without a reason', answers: { 'POST /api/council/payments/28DAY/pause': problem(422, 'invalid', 'Say why', [{ field: 'reason', message: 'Enter why' }]) }, then: async (page) => { await press('Pause the schedule')(page); await page.locator('button[data-yes]').click(); }, ready: summary },
      { name: 'for an auditor', answers: { ...auditor, 'GET /api/council/payments': { ...payments.schedule, may_pause: false } }, ready: 'table' },
      { name: 'without a cycle', answers: { 'GET /api/council/payments': { ...payments.schedule, cycles: [] } }, ready: 'text=no cycle' },
      { name: 'down', answers: { 'GET /api/council/payments': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'statements of a period', path: payments.PERIOD, ready: done,
    states: [
      { name: 'some', ready: 'table' },
      { name: 'with more', answers: { [`GET ${PERIOD_API}`]: { ...payments.list, next: 'CONTRACT#C3004' } }, ready: '[data-more]' },
      { name: 'none that matches', path: `${payments.PERIOD}&state=future`, answers: { [`GET ${PERIOD_API}`]: { ...payments.list, rows: [] } }, ready: 'text=matches these filters' },
      { name: 'none', answers: { [`GET ${PERIOD_API}`]: { ...payments.list, rows: [] } }, ready: 'text=No contract has' },
      { name: 'not there', answers: { [`GET ${PERIOD_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
  {
    name: 'statement of a provider for the council', path: payments.STATEMENT, ready: done,
    states: [
      { name: 'to authorise', ready: '#decide' },
      { name: 'about to authorise', then: press('Authorise'), ready: 'text=Authorise this statement?' },
      { name: 'authorised just now', then: press('Authorise', 'Authorise statement'), ready: told },
      { name: 'finalised just now', then: press('Finalise now', 'Finalise statement'), ready: told },
      { name: 'own adjustment', answers: { [`GET ${STATEMENT_API}`]: payments.ownStatement }, ready: 'text=somebody else has to authorise it' },
      { name: 'refused', answers: { [`POST ${STATEMENT_API}/authorisation`]: problem(409, 'own-adjustment', 'You made an adjustment in it.') }, then: press('Authorise', 'Authorise statement'), ready: summary },
      { name: 'finalised', answers: { [`GET ${STATEMENT_API}`]: payments.finalised }, ready: 'text=Download the payment file again' },
      { name: 'for an auditor', answers: { ...auditor, [`GET ${STATEMENT_API}`]: payments.readOnly }, ready: 'text=Held from earlier statements' },
      { name: 'not there', answers: { [`GET ${STATEMENT_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
];

const officer = [
  {
    name: 'directives and adjustments', path: payments.DIRECTIVES, ready: done,
    states: [
      { name: 'some', ready: 'table' },
      { name: 'to suspend', then: open('Suspend, cancel or carry forward'), ready: '#directive-reason' },
      { name: 'what it would change', then: directive, ready: 'text=Make this decision' },
      { name: 'made just now', then: async (page) => { await directive(page); await page.click('text=Make this decision'); }, ready: told },
      { name: 'nothing entered', answers: { 'POST /api/council/directives/preview': problem(422, 'invalid', 'Check it', [{ field: 'reason', message: 'Enter why' }]) }, then: async (page) => { await open('Suspend, cancel or carry forward')(page); await press('Show what it would change')(page); }, ready: summary },
      { name: 'to adjust', then: open('Make a manual adjustment'), ready: '#amount' },
      { name: 'to end', then: press('End'), ready: 'text=End this directive?' },
      { name: 'for an auditor', answers: { ...auditor, [`GET ${CONTRACT_API}`]: { ...payments.contract, may_direct: false, directives: [], adjustments: [], history: [] } }, ready: 'text=A payments officer decides' },
      { name: 'which provider', path: '/council/directives/' },
      { name: 'which contract', path: '/council/directives/?provider=P1002', ready: 'text=1 contract' },
      { name: 'not there', answers: { [`GET ${CONTRACT_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
  {
    name: 'remittance notes', path: '/council/remittance-notes/', ready: done,
    states: [
      { name: 'some', ready: 'table' },
      { name: 'to write', then: open('Write a note'), ready: '#reference' },
      { name: 'written just now', then: writeNote, ready: told },
      { name: 'about nobody', answers: { [`POST ${payments.NOTES_API}`]: problem(422, 'invalid', 'Check it', [{ field: 'reference', message: 'Enter the reference of a provider that there is' }]) }, then: writeNote, ready: summary },
      { name: 'without days', then: async (page) => { await open('Write a note')(page); await press('Write this note')(page); }, ready: summary },
      { name: 'about to withdraw', then: press('Withdraw'), ready: 'text=Withdraw this note?' },
      { name: 'withdrawn just now', then: press('Withdraw', 'Withdraw note'), ready: told },
      { name: 'with more', answers: { [`GET ${payments.NOTES_API}`]: { ...payments.notes, next: 'UNTIL#2026-12-31#x' } }, ready: '[data-more]' },
      { name: 'none', answers: { [`GET ${payments.NOTES_API}`]: { ...payments.notes, rows: [] }, [`GET ${payments.NOTES_API}/history`]: { ...payments.notes, rows: [] } }, ready: 'text=No note stands' },
      { name: 'for an auditor', answers: { ...auditor, [`GET ${payments.NOTES_API}`]: { ...payments.notes, may_write: false } }, ready: 'text=A payments officer writes the notes' },
      { name: 'down', answers: { [`GET ${payments.NOTES_API}`]: down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'invoices to approve', path: '/council/invoices/', ready: done,
    states: [
      { name: 'some', ready: 'table' },
      { name: 'about to dispute', then: press('Dispute'), ready: 'text=What is wrong with it' },
      { name: 'approved just now', then: async (page) => { await press('Approve')(page); await page.locator('button[data-yes]').click(); }, ready: told },
      { name: 'disputed without a reason', answers: { 'POST /api/council/invoices/decision': problem(422, 'reason-required', 'Say what is wrong with it.', [{ field: 'reason', message: 'Say what is wrong with it' }]) }, then: async (page) => { await press('Dispute')(page); await page.locator('button[data-yes]').click(); }, ready: summary },
      { name: 'for an auditor', answers: { ...auditor, 'GET /api/council/invoices': { ...payments.invoices, may_decide: false } }, ready: 'table' },
      { name: 'none', answers: { 'GET /api/council/invoices': { ...payments.invoices, rows: [] } }, ready: 'text=No invoice or credit note waits' },
      { name: 'none that matches', path: '/council/invoices/?q=xyz', answers: { 'GET /api/council/invoices': { ...payments.invoices, rows: [] } }, ready: 'text=matches these filters' },
    ],
  },
  {
    name: 'weeks over tolerance', path: '/council/exceptions/', ready: done,
    states: [
      { name: 'some', ready: 'table' },
      { name: 'about to pay part', then: press('Pay part'), ready: 'text=are paid at most' },
      { name: 'declined just now', then: async (page) => { await press('Decline')(page); await page.locator('button[data-yes]').click(); }, ready: told },
      { name: 'for an auditor', answers: { ...auditor, 'GET /api/council/exceptions': { ...payments.exceptions, may_decide: false } }, ready: 'table' },
      { name: 'none', answers: { 'GET /api/council/exceptions': { ...payments.exceptions, rows: [] } }, ready: 'text=No week over tolerance waits' },
    ],
  },
];

const as = (session, pages) => pages.map((page) => ({ ...page, who: 'council', states: page.states.map((state) => ({ ...state, answers: { 'GET /api/session': session, ...state.answers } })) }));
const home = [{ name: 'work queues of payments', path: '/council/', ready: '.portal-area', states: [{ name: 'with something waiting', answers: { 'GET /api/council/home': payments.home } }] }];

export const pages = [...as(payments.finaliser, finaliser), ...as(payments.officer, [...officer, ...home])];
