// What the API answers to the council's payments officers and finalisers.

const name = { provider_ref: 'P1002', provider_name: 'Meadow View House', contract_ref: 'C3002', contract_name: 'Meadow View residential' };
const person = { name: 'Rowan Ellery', email: 'rowan.ellery@northbridge.example', provider: null, provider_count: 0, permissions: [], council_name: 'Northbridge Council', support_email: 'portal.support@northbridge.example' };
const who = (roles, permissions) => ({ ...person, council: { roles, teams: [], permissions: ['see_queues', ...permissions] } });
export const officer = who(['payments_officer'], ['see_purchase_orders', 'see_payments', 'direct_payments', 'approve_invoices']);
export const finaliser = who(['finaliser'], ['see_payments', 'finalise']);
export const auditor = who(['auditor'], ['see_payments']);

export const home = {
  queues: [
    { queue: 'invoices', title: 'Invoices', line: '2 invoices and credit notes wait to be approved or disputed. 1 is overdue.', url: '/council/invoices/', count: 2, overdue: 1, oldest_at: '2026-10-03T09:12:00Z', attention: 'now', parts: [{ title: 'Longer than 30 days', url: '/council/invoices/?overdue=true', count: 1 }] },
    { queue: 'exceptions', title: 'Weeks over tolerance', line: '2 weeks over tolerance wait for a decision.', url: '/council/exceptions/', count: 2, overdue: 0, oldest_at: '2026-11-02T00:00:00Z', attention: 'soon' },
    { queue: 'authorisations', title: 'Statements to authorise', line: '1 statement waits for a second person to authorise it.', url: '/council/payments/', count: 1, overdue: 0, oldest_at: '2026-11-20T17:00:00Z', attention: 'soon', parts: [{ title: '28DAY, period from 26 October 2026', url: '/council/payments/period/?cycle=28DAY&period=2026-10-26&awaits=true', count: 1 }] },
    { queue: 'imports', title: 'Rows of council files', line: '12 rows of council files wait for something not yet known.', url: '/council/imports/', count: 12, overdue: 0, oldest_at: '2026-11-20T08:00:00Z', attention: 'soon', parts: [] },
  ],
};

const periodOf = (start, end, state, tally) => ({ period_start: start, period_end: end, confirm_by: `${end}T17:00:00Z`, finalise_at: `${end}T09:00:00Z`, pay_date: end, state, partially_finalised: false, contracts: 3, locked: 0, finalised: 0, ...tally });
const step = { paused: true, reason: 'A price file is being corrected.', by: 'Imre Castellan', at: '2026-11-20T09:00:00Z' };
const periods = [
  periodOf('2026-09-28', '2026-10-25', 'finalised', { finalised: 3 }),
  periodOf('2026-10-26', '2026-11-22', 'locked', { finalised: 1, locked: 2, partially_finalised: true }),
  periodOf('2026-11-23', '2026-12-20', 'future', {}),
];
export const schedule = { financial_year: '2026-27', financial_years: ['2026-27', '2025-26'], cycles: [{ cycle_ref: '28DAY', paused: null, history: [], periods }, { cycle_ref: 'HOMECARE', paused: null, history: [], periods: [] }], may_pause: true };
export const paused = { ...schedule, cycles: [{ ...schedule.cycles[0], paused: step, history: [step] }] };

const totals = { total: '3511.84', payable: '3511.84', non_payable: '0.00' };
const row = { ...name, state: 'locked', response: 'confirmed', totals, held: [], decided_by_hand: true, awaits_authorisation: true, authorised_by: null, finalised_at: null };
export const PERIOD_API = '/api/council/payments/28DAY/2026-10-26';
export const PERIOD = '/council/payments/period/?cycle=28DAY&period=2026-10-26';
export const list = {
  cycle_ref: '28DAY', paused: null, period: periods[1], next: null, may_finalise: true, may_direct: false,
  rows: [
    row,
    { ...row, provider_ref: 'P1003', provider_name: 'Larch Court with a rather long name of the kind that groups give', contract_ref: 'C3003', state: 'locked', response: 'rejected', decided_by_hand: false, awaits_authorisation: false, totals: { total: '3461.84', payable: '0.00', non_payable: '3461.84' }, held: [{ reason: 'You rejected this statement: we had nobody there', amount: '3461.84' }] },
    { ...row, provider_ref: 'P1004', provider_name: 'Alder House', contract_ref: 'C3004', state: 'finalised', response: 'not_required', awaits_authorisation: false, authorised_by: 'Imre Castellan', finalised_at: '2026-11-21T09:00:00Z' },
  ],
};

const line = { item_id: 'i1', kind: 'cost', correction: null, cpli_id: '188367', ss_ref: 'A272433', client: 'Miss Wednesday Ashdown', service: 'Meadow View - Residential', service_level: 'Permanent', service_from: '2026-10-26', service_to: '2026-11-22', days: 28, amount: '3461.84', arithmetic: '1 × £865.46 a week × 28 days ÷ 7 = £3,461.84', status: 'payable', reason: null, cause: null, reverses: null, carried_from_period: null, paid_to: null, query: null };
const adjusted = { ...line, item_id: 'i2', kind: 'manual', client: null, ss_ref: null, cpli_id: null, service: null, days: 0, amount: '50.00', arithmetic: '£50.00', cause: 'Escort to a hospital appointment' };
export const STATEMENT = '/council/payments/statement/?provider=P1002&contract=C3002&period=2026-10-26';
export const STATEMENT_API = '/api/council/statements/P1002/C3002/2026-10-26';
const authorisation = { needed: true, awaits: true, own: false, by: null, at: null, outdated: false, may_authorise: true, may_finalise: true };
export const statement = {
  ...name, cycle_ref: '28DAY', period_start: '2026-10-26', period_end: '2026-11-22', financial_year: '2026-27', lifecycle: 'locked',
  response: { state: 'confirmed', by: 'Tahira Mian', at: '2026-11-18T14:02:00Z', comment: 'As agreed.', queries: [], superseded_at: null },
  confirm_by: '2026-11-20T17:00:00Z', finalise_at: '2026-11-23T09:00:00Z', pay_date: '2026-11-27', finalised_at: null, digest: 'd1', totals, payees: [], payable: [line, adjusted], non_payable: [], held: [], held_at_lock: null, authorisation, paused: null, may_direct: false,
};
export const ownStatement = { ...statement, authorisation: { ...authorisation, own: true, may_authorise: false, may_finalise: false } };
export const authorised = { ...statement, lifecycle: 'authorised', authorisation: { ...authorisation, awaits: false, by: 'Rowan Ellery', at: '2026-11-22T10:00:00Z', may_authorise: false } };
export const finalised = { ...authorised, lifecycle: 'finalised', finalised_at: '2026-11-22T10:01:00Z', authorisation: { ...authorised.authorisation, may_finalise: false } };
export const readOnly = { ...statement, authorisation: { ...authorisation, may_authorise: false, may_finalise: false }, paused: step, non_payable: [{ ...line, item_id: 'i3', status: 'suspended', reason: 'Under review' }], held: [{ ...line, item_id: 'i4', status: 'suspended', reason: 'Awaiting a funding review' }] };

export const DIRECTIVES = '/council/directives/?provider=P1002&contract=C3002';
export const CONTRACT_API = '/api/council/contracts/P1002/C3002';
export const contract = {
  ...name, may_direct: true,
  lines: [{ cpli_id: '188367', client: 'Miss Wednesday Ashdown', ss_ref: 'A272433', service: 'Meadow View - Residential' }],
  open_periods: [{ period_start: '2026-11-23', period_end: '2026-12-20' }, { period_start: '2026-12-21', period_end: '2027-01-17' }],
  locked_period: { period_start: '2026-10-26', period_end: '2026-11-22' },
  directives: [
    { directive_ref: 'D6001', cpli_id: '188367', kind: 'suspend', from_date: '2026-10-26', to_date: null, reason: 'Awaiting the outcome of a funding review', made_by: ['ST02'], made_by_names: ['Imre Castellan'], withdrawn: false },
    { directive_ref: 'D6002', cpli_id: null, kind: 'cancel', from_date: '2026-08-31', to_date: '2026-09-27', reason: 'Paid by another council', made_by: [], made_by_names: [], withdrawn: false },
    { directive_ref: 'D6003', cpli_id: null, kind: 'suspend', from_date: '2026-12-21', to_date: '2026-12-20', reason: 'Made by mistake', made_by: ['ST02'], made_by_names: ['Imre Castellan'], withdrawn: true },
  ],
  adjustments: [{ adjustment_ref: 'J7001', cpli_id: null, amount: '-360.00', period_start: '2026-10-26', instalments: 3, reason: 'Overpaid in the last year', made_by: ['ST02'], made_by_names: ['Imre Castellan'] }],
  history: [{ line: 'Suspend CPLI 188367 in periods that start on 26 October 2026 or later.', reason: 'Awaiting the outcome of a funding review', by: 'Imre Castellan', at: '2026-11-20T10:00:00Z', file: 'directives_20261120T100000.csv' }],
  next: null,
};
const difference = { contract_ref: 'C3002', contract_name: 'Meadow View residential', period_start: '2026-11-23', period_end: '2026-12-20', now: '3461.84', then: '0.00', difference: '-3461.84', non_payable: [{ status: 'suspended', now: '0.00', then: '3461.84', difference: '3461.84' }] };
export const plan = { line: 'Suspend CPLI 188367 in periods that start on 23 November 2026 or later.', effects: [difference], total_difference: '-3461.84', total_non_payable_difference: '3461.84' };
export const adjustmentPlan = { line: 'Adjust by £50.00 from the period of 23 November 2026.', effects: [{ ...difference, then: '3511.84', difference: '50.00', non_payable: [] }], total_difference: '50.00', total_non_payable_difference: '0.00' };
const made = { status: 201, body: contract.history[0] };

const invoice = { invoice_id: 'C3002.2026-09-28.1', number: 12, kind: 'invoice', ...name, period_start: '2026-09-28', period_end: '2026-10-25', net: '939.70', vat: '0.00', total: '939.70', submitted_at: '2026-10-03T09:12:00Z', submitted_by: 'Tahira Mian', age_days: 50, overdue: true };
export const invoices = { rows: [invoice, { ...invoice, invoice_id: 'C3002.2026-10-26.1', number: 13, kind: 'credit_note', net: '-20.00', total: '-20.00', submitted_at: '2026-11-20T09:12:00Z', age_days: 2, overdue: false }], next: null, days_max: 30, may_decide: true };
const week = { ...name, period_start: '2026-10-26', cpli_id: '170001', ss_ref: 'A500001', client: 'Mrs Ida North', service: 'Homecare - Zone 1', week_start: '2026-11-02', unit: 'hour', planned: '10.5', entered: '22', over: '11.5', held_amount: '256.91', age_days: 20, beyond_limit: true };
export const exceptions = { rows: [week, { ...week, cpli_id: '170002', client: 'Mr Noor Hill', entered: '12', over: '1.5', held_amount: '33.51', beyond_limit: false }], next: null, variation_pounds_max: 150, variation_days_max: 7, may_decide: true };

export const NOTES_API = '/api/council/remittance-notes';
const note = { note_id: 'a1b2c3d4', note_for: 'provider', reference: 'P1002', about: name.provider_name, from_date: '2026-12-01', to_date: '2026-12-31', text: 'The payments office is closed on 25 and 28 December 2026.', by: 'Imre Castellan', at: '2026-11-20T10:00:00Z', withdrawal: null };
const toAll = { ...note, note_id: 'b2c3d4e5', note_for: 'cycle', reference: '28DAY', about: 'All contracts of the cycle', text: 'Rates change on 1 April 2027.' };
export const notes = { rows: [note, toAll], next: null, may_write: true };
export const noteHistory = { rows: [{ ...note, note_id: 'c3d4e5f6', note_for: 'contract', reference: 'C3002', about: name.contract_name, withdrawal: { reason: 'We are open after all', by: 'Rowan Ellery', at: '2026-11-21T09:00:00Z' } }, note, toAll], next: null, may_write: true };

export const usual = {
  [`GET ${NOTES_API}`]: notes,
  [`GET ${NOTES_API}/history`]: noteHistory,
  [`POST ${NOTES_API}`]: { status: 201, body: note },
  [`POST ${NOTES_API}/withdrawal`]: noteHistory.rows[0],
  'GET /api/council/payments': schedule,
  'POST /api/council/payments/28DAY/pause': { cycle_ref: '28DAY', paused: step },
  'POST /api/council/payments/28DAY/resumption': { cycle_ref: '28DAY', paused: null },
  [`GET ${PERIOD_API}`]: list,
  [`GET ${STATEMENT_API}`]: statement,
  [`POST ${STATEMENT_API}/authorisation`]: authorised,
  [`POST ${STATEMENT_API}/finalisation`]: finalised,
  'GET /api/council/contracts': { provider_ref: 'P1002', provider_name: name.provider_name, contracts: [{ contract_ref: 'C3002', name: name.contract_name }] },
  [`GET ${CONTRACT_API}`]: contract,
  'POST /api/council/directives/preview': plan,
  'POST /api/council/directives': made,
  'POST /api/council/directives/end/preview': { ...plan, line: 'End “suspend CPLI 188367”: it covers periods that start by 20 December 2026.' },
  'POST /api/council/directives/end': made,
  'POST /api/council/adjustments/preview': adjustmentPlan,
  'POST /api/council/adjustments': made,
  'GET /api/council/invoices': invoices,
  'POST /api/council/invoices/decision': made,
  'GET /api/council/exceptions': exceptions,
  'POST /api/council/exceptions/decision': made,
};
