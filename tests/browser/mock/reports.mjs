// What the API answers about reports.

import { problem } from './data.mjs';

export const API = '/api/reports/remittance-by-period';
export const PATH = '/reports/report/?report=remittance-by-period&period=2026-10-26';

export const offered = {
  reports: [
    { report: 'remittance-by-period', title: 'Remittance advice by period', about: 'What the payments of a period contain, client by client.' },
    { report: 'remittance-by-finalisation', title: 'Remittance advice by finalisation', about: 'What the payments that were finalised on a day contain, client by client.' },
  ],
};

const picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 88" role="img" aria-labelledby="chart-title chart-description" class="portal-chart__picture"><title id="chart-title">What the payments contain</title><desc id="chart-description">Costs and deductions, £2,812.64 together. Cost: £3,461.84. Income: −£649.20.</desc><text x="0" y="16">Cost</text><text x="360" y="16" text-anchor="end">£3,461.84</text><rect x="57" y="22" width="303" height="14" class="portal-chart__more"/><text x="0" y="60">Income</text><text x="360" y="60" text-anchor="end">−£649.20</text><rect x="0" y="66" width="57" height="14" class="portal-chart__less"/></svg>';
const contract = 'Meadow View residential (C3001)';
const period = '26 October 2026 to 22 November 2026';

export const report = {
  name: 'remittance-by-period', title: 'Remittance advice by period', lead: 'Meadow View House (P1002)',
  filters: [
    { name: 'period', label: 'Period', kind: 'select', choices: [{ value: '2026-10-26', label: `${period} *` }, { value: '2026-09-28', label: '28 September 2026 to 25 October 2026' }], value: '2026-10-26' },
    { name: 'summary', label: 'Summary: one line a client', kind: 'switch', choices: [], value: '' },
    { name: 'show_pairs', label: 'Show pairs that cancel out', kind: 'switch', choices: [], value: 'true' },
  ],
  columns: [
    { name: 'contract', label: 'Contract', kind: 'text' }, { name: 'period', label: 'Period', kind: 'text' }, { name: 'ss_ref', label: 'SSRef', kind: 'text' }, { name: 'client', label: 'Client', kind: 'text' }, { name: 'kind', label: 'Cost or income', kind: 'text' },
    { name: 'reason', label: 'Reason', kind: 'text' }, { name: 'service_from', label: 'From', kind: 'date' }, { name: 'service_to', label: 'To', kind: 'date' }, { name: 'value', label: 'Value', kind: 'money' }, { name: 'paid_to', label: 'Paid to', kind: 'text' },
  ],
  rows: [
    [contract, period, 'A394645', 'Miss Wednesday Ashdown', 'Cost', 'Care', '2026-10-26', '2026-11-22', '3461.84', null],
    [contract, period, 'A394645', 'Miss Wednesday Ashdown', 'Income', 'Client contribution', '2026-10-26', '2026-11-22', '-649.20', null],
  ],
  totals: [['Total', null, null, null, null, null, null, null, '2812.64', null]],
  chart: { title: 'What the payments contain', description: 'Costs and deductions, £2,812.64 together.', bars: [] },
  notes: ['* Not all contracts are finalised for this period yet.'],
  picture,
};
export const many = { ...report, rows: Array.from({ length: 250 }, (_, index) => report.rows[index % 2]) };
export const none = { ...report, filters: report.filters.map((filter) => (filter.name === 'period' ? { ...filter, choices: [], value: '' } : filter)), rows: [], totals: [], chart: null, picture: null, notes: [] };
/** A day that is none is refused beside its field; without it the report is shown. */
export const refusesItsPeriod = ({ query }) => (query.period ? problem(422, 'invalid', 'Check what you entered', [{ field: 'period', message: 'October is not a date. Use YYYY-MM-DD' }]) : report);

/** With every kind of filter and of cell. */
export const dated = { ...report, filters: [{ name: 'from', label: 'From', kind: 'date', choices: [], value: '2026-11-01' }], columns: [{ name: 'provider', label: 'Provider', kind: 'text' }, { name: 'mean_days', label: 'Mean days', kind: 'number' }], rows: [['Meadow View House', '12.5']], totals: [], notes: [] };

export const COUNCIL_API = '/api/council/reports/prompt-payment';
export const COUNCIL_PATH = '/council/reports/report/?report=prompt-payment';
export const offeredToCouncil = { reports: [{ report: 'prompt-payment', title: 'Prompt payment', about: 'Mean days to pay, and the shares paid within 30 days, in 31 to 60 days and later.' }] };
export const prompt = {
  ...report, name: 'prompt-payment', title: 'Prompt payment', lead: 'Paid from 22 May 2026 to 22 November 2026',
  filters: [{ name: 'from', label: 'From', kind: 'date', choices: [], value: '2026-05-22' }, { name: 'to', label: 'To', kind: 'date', choices: [], value: '2026-11-22' }],
  columns: [{ name: 'provider', label: 'Provider', kind: 'text' }, { name: 'kind', label: 'What was paid', kind: 'text' }, { name: 'paid', label: 'Paid', kind: 'number' }, { name: 'mean_days', label: 'Mean days', kind: 'number' }, { name: 'within_30', label: 'Within 30 days', kind: 'number' }, { name: 'within_30_percent', label: 'Within 30 days, %', kind: 'number' }],
  rows: [['Meadow View House (P1002)', 'Invoices', '12', '18.3', '11', '91.7'], ['Meadow View House (P1002)', 'Statements', '6', '1.0', '6', '100.0']], totals: [['All', null, '18', '12.5', '17', '94.4']],
  notes: ['Days are counted from the day an invoice was received to its pay date; days on which it was disputed do not count.'],
};

export const usual = { 'GET /api/reports': offered, [`GET ${API}`]: report };
export const JOB_PATH = '/council/reports/job/?job=5f1c09a2b7d34e60';
export const JOB_API = '/api/council/report-jobs/5f1c09a2b7d34e60';
export const job = { job_id: '5f1c09a2b7d34e60', report: 'prompt-payment', title: 'Prompt payment', format: 'csv', asked_at: '2026-11-22T10:00:00Z', state: 'done', percent: 100, parts: { done: 412, of: 412 }, rows: 1204, why: null };
export const jobWorking = { ...job, state: 'working', percent: 45, parts: { done: 186, of: 412 }, rows: null };
export const jobUncounted = { ...jobWorking, percent: null, parts: null };
export const jobRefused = { ...job, state: 'refused', rows: null, why: 'October is not a date. Use YYYY-MM-DD' };

export const usualCouncil = { 'GET /api/council/reports': offeredToCouncil, [`GET ${COUNCIL_API}`]: prompt, 'POST /api/council/report-jobs': { status: 202, body: { ...job, state: 'waiting', rows: null } }, [`GET ${JOB_API}`]: job };
