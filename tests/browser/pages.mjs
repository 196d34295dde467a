// Every page of the portal in its main states, to be walked through against canned answers (pages.test.mjs).

import * as actuals from './mock/actuals.mjs';
import { session as staff } from './mock/council.mjs';
import * as data from './mock/data.mjs';
import * as invoices from './mock/invoices.mjs';
import { pages as council } from './pages-council.mjs';
import { pages as gathered } from './pages-gathered.mjs';
import { pages as payments } from './pages-payments.mjs';
import { pages as settings } from './pages-settings.mjs';
import { pages as rollOut } from './pages-roll-out.mjs';
import { pages as software } from './pages-software.mjs';
import { pages as talking } from './pages-talking.mjs';
import { pages as users } from './pages-users.mjs';

const { problem } = data;
const down = problem(503, 'unavailable');
const notFound = problem(404, 'not-found', 'There is nothing here.');
const STATEMENT = '/scheduled-payments/statement/?contract=C3001&period=2026-10-26';
const STATEMENT_API = 'GET /api/scheduled-payments/C3001/2026-10-26';
const REMITTANCE = '/scheduled-payments/remittance/?contract=C3001&period=2026-10-26';
const asClerk = { 'GET /api/session': data.clerk };
const signedOut = { 'GET /api/session': problem(401, 'signed-out', 'You are signed out') };

/** Presses the submit button of the only visible form. */
const submit = (page) => page.locator('form:visible button[type=submit]:visible').first().click();
const summary = '.govuk-error-summary';

async function keepChallenge(page, challenge) {
  await page.addInitScript((kept) => sessionStorage.setItem('portal.challenge', kept), JSON.stringify(challenge));
}

/** Types what the first client had, and leaves the row. */
async function enterFirst(page, actual) {
  await page.locator('input[data-column=actual]').first().fill(actual);
  await page.locator('input[data-column=visits]').first().fill('7');
  await page.locator('input[data-column=actual]').nth(1).focus();
}

/** Chooses a file to upload, and uploads it. */
async function chooseFile(page, name, text) {
  await page.setInputFiles('input[type=file]', { name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
  await page.click('button:has-text("Upload and check")');
}

/** The same while somebody else enters the same week. */
async function enterAgainstSomebody(page) {
  await page.locator('input[data-column=actual]').first().fill('10.5');
  await page.evaluate(([path, body]) => fetch(path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body }), [
    `${actuals.API}/weeks/210300/2026-10-26`,
    JSON.stringify({ actual: '8', frustrated: '2.5', missed: '0', extra: '0', visits: 5, reason_code: 'HOSP', comment: 'Admitted on Friday', version: 0 }),
  ]);
  await enterFirst(page, '10.5');
}

/**
 * `path`: where the page is. `who`: nobody, person, or provider (a person who has chosen one). `states`: the states it
 * can be in with canned answers: `answers` that differ from the usual, what to do `before` the page opens, what to do
 * `then`, and what must be there in the end (`ready`).
 */
export const pages = [
  {
    name: 'landing', path: '/', who: 'nobody', ready: '[data-helpdesk]:visible',
    states: [
      { name: 'signed out', answers: signedOut },
      { name: 'signed in', answers: {}, ready: '[data-signed-in]:visible' },
      { name: 'refused', answers: { ...signedOut, 'POST /api/sign-in': problem(422, 'sign-in-refused', 'The email address or the password is not right', [{ field: 'email', message: 'Check your email address' }, { field: 'password', message: 'Check your password' }]) }, then: submit, ready: summary },
      { name: 'no answer', answers: { ...signedOut, 'POST /api/sign-in': 'no answer' }, then: submit, ready: summary },
    ],
  },
  {
    name: 'second step', path: '/sign-in/code/', who: 'nobody', ready: 'form:visible',
    states: [
      { name: 'emailed code', before: (page) => keepChallenge(page, data.challenge) },
      { name: 'another code', before: (page) => keepChallenge(page, data.challenge), then: (page) => page.click('[data-another]'), ready: '[data-notice] >> text=another code' },
      { name: 'two digits', before: (page) => keepChallenge(page, data.digitsChallenge), ready: 'text=2nd digit' },
      { name: 'authenticator app', before: (page) => keepChallenge(page, data.challenge), then: (page) => page.click('text=Use my authenticator app instead'), ready: '#totp-code:visible' },
      { name: 'wrong code', before: (page) => keepChallenge(page, data.challenge), answers: { 'POST /api/sign-in/code': problem(422, 'code-refused', 'That code is not right', [{ field: 'code', message: 'Enter the code from the newest email' }]) }, then: submit, ready: summary },
      { name: 'over', before: (page) => keepChallenge(page, data.challenge), answers: { 'POST /api/sign-in/code': problem(422, 'sign-in-again', 'Your sign-in took too long or was tried too often. Enter your email and password again.') }, then: submit, ready: 'text=Start signing in again' },
      { name: 'wrong digits', before: (page) => keepChallenge(page, data.digitsChallenge), answers: { 'POST /api/sign-in/code': problem(422, 'code-refused', 'Those digits are not right', [{ field: 'code', message: 'Enter the 2nd and 5th digit' }]) }, then: submit, ready: summary },
    ],
  },
  {
    name: 'invitation', path: '/invitation/#token-1', who: 'nobody', ready: 'form:visible',
    states: [
      { name: 'with a password' },
      { name: 'with a security code', answers: { 'GET /api/sign-in/options': { ...data.options, second_step: 'memorable_digits' } }, ready: '#security_code:visible' },
      { name: 'with an app instead', answers: { 'GET /api/sign-in/options': { ...data.options, second_step: 'memorable_digits' } }, then: (page) => page.click('[data-totp-start]'), ready: '#totp_code:visible' },
      { name: 'refused', answers: { 'POST /api/invitation': problem(422, 'password-too-weak', 'Choose another password', [{ field: 'password', message: 'Use at least 9 characters' }]) }, then: submit, ready: summary },
      { name: 'ended', answers: { 'POST /api/invitation': problem(422, 'invitation-ended', 'This invitation was used already or has expired.') }, then: submit, ready: summary },
      { name: 'done', then: submit, ready: 'text=Your account is ready' },
      { name: 'without its token', path: '/invitation/', ready: 'text=This link is not complete' },
    ],
  },
  {
    name: 'password reset', path: '/password-reset/', who: 'nobody', ready: 'form:visible',
    states: [
      { name: 'asked for' },
      { name: 'code sent', then: submit, ready: '[data-choose]:visible' },
      { name: 'refused', answers: { 'POST /api/password-reset/password': problem(422, 'reset-refused', 'That did not work', [{ field: 'code', message: 'Enter the code from the email' }, { field: 'password', message: 'Use at least 9 characters' }]) }, then: async (page) => { await page.click('[data-have-code]'); await submit(page); }, ready: summary },
      { name: 'done', then: async (page) => { await page.click('[data-have-code]'); await submit(page); }, ready: '[data-done]:visible' },
    ],
  },
  {
    name: 'helpdesk request', path: '/helpdesk-request/', who: 'nobody', ready: 'form:visible',
    states: [
      { name: 'asked for' },
      { name: 'refused', answers: { 'POST /api/helpdesk-request': problem(422, 'invalid', 'Check the form', ['name', 'organisation', 'email', 'telephone'].map((field) => ({ field, message: `Enter your ${field}` }))) }, then: submit, ready: summary },
      { name: 'done', then: submit, ready: '[data-done]:visible' },
      { name: 'not offered', answers: { 'GET /api/sign-in/options': { ...data.options, helpdesk_form: false } }, ready: '[data-not-offered]:visible' },
    ],
  },
  {
    name: 'choose provider', path: '/choose-provider/', who: 'person', ready: '.portal-choices',
    states: [
      { name: 'several' },
      { name: 'none chosen yet', answers: { 'GET /api/session': { ...data.session, provider: null } } },
      { name: 'many', answers: { 'GET /api/providers': data.manyProviders }, ready: '#search:visible' },
      { name: 'none', answers: { 'GET /api/providers': { providers: [] } }, ready: 'text=not connected to any provider' },
      { name: 'down', answers: { 'GET /api/providers': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'home', path: '/home/', who: 'provider', ready: '.portal-area',
    states: [
      { name: 'with something waiting' },
      { name: 'with no action open', answers: { 'GET /api/home': data.quietHome }, ready: 'text=None open' },
      { name: 'empty', answers: { 'GET /api/home': { areas: [] } }, ready: 'text=nothing to see' },
      { name: 'down', answers: { 'GET /api/home': down }, ready: 'text=Try again' },
      { name: 'no answer', answers: { 'GET /api/home': 'no answer' }, ready: 'text=The portal did not answer' },
    ],
  },
  {
    name: 'care packages', path: '/care-packages/', who: 'provider', ready: '[data-list]',
    states: [
      { name: 'some' },
      { name: 'with history open', then: (page) => page.click('button:has-text("History") >> nth=0'), ready: '#history-0:visible' },
      { name: 'two thousand', answers: { 'GET /api/care-packages': data.manyCarePackages }, ready: '.govuk-pagination' },
      { name: 'empty', answers: { 'GET /api/care-packages': { rows: [], filters: {}, total: 0 } }, ready: 'text=not commissioned' },
      { name: 'nothing found', path: '/care-packages/?service=S4001', answers: { 'GET /api/care-packages': { ...data.carePackages, rows: [] } }, ready: 'text=No care package matches' },
      { name: 'down', answers: { 'GET /api/care-packages': down }, ready: 'text=Try again' },
      { name: 'not allowed', answers: { 'GET /api/care-packages': problem(404, 'not-allowed', 'Your role for this provider does not allow this.') }, ready: 'text=does not allow this' },
    ],
  },
  {
    name: 'scheduled payments', path: '/scheduled-payments/', who: 'provider', ready: '[data-region] a, [data-region] p:not(.portal-loading)',
    states: [
      { name: 'a year' },
      { name: 'a year without periods', answers: { 'GET /api/scheduled-payments': { ...data.scheduledPayments, periods: [] } } },
      { name: 'no contract', answers: { 'GET /api/scheduled-payments': { financial_years: [], contracts: [], periods: [] } } },
      { name: 'down', answers: { 'GET /api/scheduled-payments': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'statement', path: STATEMENT, who: 'provider', ready: '.govuk-tabs',
    states: [
      { name: 'to respond to' },
      { name: 'with its lines not payable', then: async (page) => { if (await page.locator('.govuk-tabs__tab[role=tab]').count()) await page.click('#tab_non-payable'); }, ready: '#non-payable:visible' },
      { name: 'with a query', then: (page) => page.locator('.portal-table__query input').first().check(), ready: 'text=What is wrong with this line?' },
      { name: 'queried', answers: { [STATEMENT_API]: data.queried } },
      { name: 'confirmed', then: (page) => page.click('text=Confirm statement'), ready: '.govuk-notification-banner' },
      { name: 'refused', answers: { 'POST /api/scheduled-payments/C3001/2026-10-26/rejection': problem(422, 'comment-needed', 'Say why you reject it', [{ field: 'comment', message: 'Enter why you reject this statement' }]) }, then: (page) => page.click('text=Reject statement'), ready: summary },
      { name: 'changed meanwhile', answers: { 'POST /api/scheduled-payments/C3001/2026-10-26/confirmation': problem(409, 'statement-changed', 'The statement changed since you opened it') }, then: (page) => page.click('text=Confirm statement'), ready: '[data-read-again]' },
      { name: 'empty', answers: { [STATEMENT_API]: data.emptyStatement } },
      { name: 'a forecast', answers: { [STATEMENT_API]: { ...data.emptyStatement, lifecycle: 'future', can_respond: false, totals: null } } },
      { name: 'finalised with something outstanding', answers: { [STATEMENT_API]: data.finalisedStatement } },
      { name: 'not there', answers: { [STATEMENT_API]: notFound }, ready: 'text=may belong to another provider' },
      { name: 'down', answers: { [STATEMENT_API]: down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'remittance', path: REMITTANCE, who: 'provider', ready: '[data-filters]:visible',
    states: [
      { name: 'with lines' },
      { name: 'empty', answers: { 'GET /api/scheduled-payments/C3001/2026-10-26/remittance': { ...data.remittance, lines: [], notes: [] } } },
      { name: 'not there', answers: { 'GET /api/scheduled-payments/C3001/2026-10-26/remittance': notFound }, ready: 'text=may belong to another provider' },
    ],
  },
  {
    name: 'actuals', path: '/actuals/', who: 'provider', ready: '[data-region] h2, .portal-periods, [data-region] p:not(.portal-loading)',
    states: [
      { name: 'contracts and periods' },
      { name: 'timesheets', answers: { 'GET /api/session': data.carer, 'GET /api/actuals': { ...actuals.list, kind: 'shared_lives' } }, ready: 'h1:has-text("Timesheets")' },
      { name: 'for who only looks', answers: { 'GET /api/actuals': { ...actuals.list, can_enter: false } }, ready: 'text=enter actuals' },
      { name: 'none', answers: { 'GET /api/actuals': { kind: 'care_home', can_enter: true, contracts: [] } }, ready: 'text=paid by what was delivered' },
      { name: 'down', answers: { 'GET /api/actuals': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'actuals period', path: actuals.PERIOD, who: 'provider', ready: '.portal-week, .govuk-inset-text',
    states: [
      { name: 'nothing entered', answers: actuals.keeping(actuals.untouched()) },
      { name: 'every state of a week', path: `${actuals.PERIOD}&week=2026-10-26`, answers: actuals.keeping(actuals.varied()), ready: 'text=Agreed' },
      { name: 'all weeks', path: `${actuals.PERIOD}&week=all`, answers: actuals.keeping(actuals.varied()) },
      { name: 'refused and left over', answers: actuals.keeping(actuals.untouched()), then: async (page) => { await page.locator('input[data-column=actual]').nth(0).fill('9'); await page.locator('input[data-column=actual]').nth(1).fill('ten'); await page.locator('input[data-column=frustrated]').nth(2).focus(); }, ready: 'text=(E20)' },
      { name: 'conflict', answers: actuals.keeping(actuals.untouched()), then: enterAgainstSomebody, ready: 'text=Somebody else entered this week' },
      { name: 'not saved', answers: { ...actuals.keeping(actuals.untouched()), [`PUT ${actuals.API}/weeks/210300/2026-10-26`]: 'no answer' }, then: (page) => enterFirst(page, '10.5'), ready: 'text=the portal did not answer' },
      { name: 'not ready to confirm', answers: actuals.keeping(actuals.varied()), then: (page) => page.click('button:has-text("Confirm actuals")'), ready: summary },
      { name: 'all entered', answers: actuals.keeping(actuals.allEntered()), ready: 'text=Every week is entered' },
      { name: 'confirmed just now', answers: actuals.keeping(actuals.allEntered()), then: (page) => page.click('button:has-text("Confirm actuals")'), ready: '.govuk-notification-banner' },
      { name: 'confirmed', answers: { ...actuals.keeping(actuals.submitted()), 'GET /api/session': data.clerk }, ready: 'text=Create the invoice' },
      { name: 'late', answers: actuals.keeping(actuals.late()), ready: 'text=Late: will be paid' },
      { name: 'closed', answers: actuals.keeping(actuals.closed()), ready: 'text=Late changes are not allowed' },
      { name: 'not yet', answers: actuals.keeping(actuals.notYet()), ready: 'text=Confirm the actuals of the period that began' },
      { name: 'weeks that have not begun', path: `${actuals.PERIOD}&week=2026-11-16`, answers: actuals.keeping(actuals.begun()), ready: 'text=This week has not begun' },
      { name: 'timesheet', answers: { 'GET /api/session': data.carer, ...actuals.keeping(actuals.timesheet()) }, ready: 'text=Shared Lives overnight' },
      { name: 'without care', answers: actuals.keeping(actuals.withoutCare()), ready: 'text=No care was commissioned' },
      { name: 'not there', answers: { [`GET ${actuals.API}`]: notFound }, ready: 'text=may belong to another provider' },
      { name: 'down', answers: { [`GET ${actuals.API}`]: down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'upload actuals', path: '/actuals/upload/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'with earlier files', answers: asClerk, ready: 'text=Earlier files' },
      { name: 'for one period', path: '/actuals/upload/?contract=C4001&period=2026-10-26', answers: asClerk, ready: 'text=Templates' },
      { name: 'no file yet', answers: { ...asClerk, [`GET ${actuals.UPLOADS}`]: { batches: [] } }, ready: 'text=No file has been uploaded yet' },
      { name: 'nothing chosen', answers: asClerk, then: (page) => page.click('button:has-text("Upload and check")'), ready: summary },
      { name: 'wrong ending', answers: asClerk, then: (page) => chooseFile(page, 'november.ods', 'x'), ready: summary },
      { name: 'for who only looks', answers: { 'GET /api/session': { ...data.clerk, permissions: ['see'] } }, ready: 'text=can upload files' },
      { name: 'down', answers: { ...asClerk, [`GET ${actuals.UPLOADS}`]: down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'uploaded file', path: `/actuals/upload/batch/?batch=${actuals.BATCH}`, who: 'provider', ready: '[data-region]:not([aria-busy]), progress',
    states: [
      ...Object.entries({
        preview: actuals.batch, received: actuals.received, checking: actuals.checking, applying: actuals.applying, applied: actuals.applied, refused: actuals.refused,
        'uploaded before': actuals.duplicate, abandoned: actuals.abandoned, clean: actuals.clean, 'all or nothing': actuals.allOrNothing, 'nothing new': actuals.nothingNew,
      }).map(([name, batch]) => ({ name, answers: { ...asClerk, [`GET ${actuals.UPLOADS}/${actuals.BATCH}`]: batch } })),
      { name: 'abandoned just now', answers: asClerk, then: (page) => page.click('text=Abandon this file'), ready: '.govuk-notification-banner' },
      { name: 'not there', answers: { ...asClerk, [`GET ${actuals.UPLOADS}/${actuals.BATCH}`]: notFound }, ready: 'text=may belong to another provider' },
    ],
  },
  {
    name: 'exceptions', path: '/actuals/exceptions/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'some' },
      { name: 'none', answers: { 'GET /api/actuals/exceptions': { rows: [] } }, ready: 'text=Nothing is held' },
      { name: 'down', answers: { 'GET /api/actuals/exceptions': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'invoices', path: '/invoices/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'some', answers: asClerk, ready: '.portal-offer' },
      { name: 'for who only looks', ready: '.portal-offer' },
      { name: 'none', answers: { ...asClerk, 'GET /api/invoices': { rows: [], proposals: [], contracts: [] } }, ready: 'text=There is no invoice' },
      { name: 'none that matches', path: '/invoices/?state=disputed&contract=C4002', answers: { ...asClerk, 'GET /api/invoices': { ...invoices.list, rows: [], proposals: [] } }, ready: 'text=matches these filters' },
      { name: 'nothing to invoice', answers: { ...asClerk, 'POST /api/invoices': problem(422, 'blank-invoice', 'There is nothing to invoice for this period.') }, then: (page) => page.click('text=Create invoice'), ready: summary },
      { name: 'down', answers: { ...asClerk, 'GET /api/invoices': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'invoice', path: invoices.PATH, who: 'provider', ready: '.portal-invoice, .portal-failure',
    states: [
      ...Object.entries({
        draft: invoices.draft, 'VAT invoice missing': invoices.vat, 'VAT invoice attached': invoices.attached, 'VAT number wrong': invoices.badNumber, submitted: invoices.submitted,
        disputed: invoices.disputed, paid: invoices.paid, 'credit note': invoices.creditNote, deleted: invoices.deleted, empty: { ...invoices.draft, lines: [], not_included: [], net: '0.00', total: '0.00', can_submit: false, why_not: ['There is nothing to invoice.'] },
      }).map(([name, view]) => ({ name, answers: { ...asClerk, [`GET ${invoices.API}`]: view } })),
      { name: 'about to be submitted', answers: asClerk, then: (page) => page.click('button:has-text("Continue")'), ready: 'text=Are you sure' },
      { name: 'about to be deleted', answers: asClerk, then: (page) => page.click('text=Delete this draft'), ready: 'text=Are you sure' },
      { name: 'submitted just now', answers: asClerk, then: async (page) => { await page.click('button:has-text("Continue")'); await page.click('button:has-text("Submit invoice")'); }, ready: '.govuk-notification-banner' },
      { name: 'changed meanwhile', answers: { ...asClerk, [`POST ${invoices.API}/submission`]: problem(409, 'invoice-changed', 'The invoice changed since you read it.') }, then: async (page) => { await page.click('button:has-text("Continue")'); await page.click('button:has-text("Submit invoice")'); }, ready: summary },
      { name: 'attachment refused', answers: { ...asClerk, [`GET ${invoices.API}`]: invoices.vat, [`POST ${invoices.API}/attachment/check`]: problem(422, 'attachment-not-accepted', 'The file is not a PDF, PNG or JPEG, whatever its name says.') }, then: async (page) => { await page.setInputFiles('#vat-file', { name: 'invoice.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ') }); await page.click('button:has-text("Attach")'); }, ready: summary },
      { name: 'not there', answers: { ...asClerk, [`GET ${invoices.API}`]: notFound }, ready: 'text=may belong to another provider' },
    ],
  },
  {
    name: 'account', path: '/account/', who: 'person', ready: '[data-account]:visible',
    states: [
      { name: 'with an emailed code' },
      { name: 'of staff', answers: { 'GET /api/session': staff }, ready: '[data-council-nav]:visible' },
      { name: 'with digits and an app', answers: { 'GET /api/account': { ...data.account, second_step: 'memorable_digits', has_security_code: true, has_totp: true } }, ready: '#totp-password:visible' },
      { name: 'setting up an app', then: (page) => page.click('[data-totp-start] button[type=submit]'), ready: '.portal-qr:visible' },
      { name: 'a session ended without the password', answers: { 'POST /api/account/sessions/s2/end': problem(422, 'password-wrong', 'The password is not right.', [{ field: 'password', message: 'Enter your password as it is now' }]) }, then: (page) => page.click('.portal-link-button:visible'), ready: summary },
      { name: 'refused', answers: { 'POST /api/account/password': problem(422, 'password-refused', 'Check your passwords', [{ field: 'current_password', message: 'Enter your current password' }, { field: 'new_password', message: 'Use at least 9 characters' }]) }, then: (page) => page.click('text=Change password'), ready: summary },
      { name: 'changed', then: (page) => page.click('text=Change password'), ready: '.govuk-notification-banner' },
      { name: 'down', answers: { 'GET /api/account': down }, ready: 'text=Try again' },
    ],
  },
  ...software,
  ...talking,
  ...council,
  ...payments,
  ...users,
  ...rollOut,
  ...settings,
  ...gathered,
  { name: 'help', path: '/help/', who: 'nobody', ready: 'h1', states: [{ name: 'signed out', answers: signedOut }, { name: 'signed in', ready: '[data-person]:visible' }, { name: 'for staff', answers: { 'GET /api/session': staff }, ready: '[data-council-nav]:visible' }] },
  ...['sign-in', 'home', 'care-packages', 'scheduled-payments', 'actuals', 'invoices', 'actions', 'contacts', 'contract-documents', 'purchase-orders', 'reports', 'notifications', 'council'].map((area) => (
    { name: `help with ${area}`, path: `/help/${area}/`, who: 'nobody', ready: '.portal-prose', states: [{ name: 'signed out', answers: signedOut }] }
  )),
  { name: 'accessibility', path: '/accessibility/', who: 'nobody', ready: 'h1', states: [{ name: 'signed out', answers: signedOut }] },
  { name: 'problems', path: '/problems/', who: 'nobody', ready: 'h1', states: [{ name: 'signed out', answers: signedOut }, { name: 'with the codes of an area', answers: signedOut, then: (page) => page.click('text=Rows and files, by code'), ready: '[href="/problems/E22/"]:visible' }] },
  ...['statement-changed', 'sign-in-refused', 'store-unavailable', 'E23'].map((code) => (
    { name: `problem ${code}`, path: `/problems/${code}/`, who: 'nobody', ready: 'h1', states: [{ name: 'signed out', answers: signedOut }] }
  )),
  { name: 'developers', path: '/developers/', who: 'nobody', ready: 'h1', states: [{ name: 'signed out', answers: signedOut }] },
  {
    name: 'API of an area', path: '/developers/scheduled-payments/', who: 'nobody', ready: 'h1',
    states: [
      { name: 'signed out', answers: signedOut },
      { name: 'with an example', answers: signedOut, then: (page) => page.click('text=An example of the answer 200 >> nth=0'), ready: 'pre:visible >> nth=0' },
    ],
  },
  { name: 'not found', path: '/no-such-page', who: 'nobody', ready: 'text=Page not found', states: [{ name: 'as it is' }] },
];
