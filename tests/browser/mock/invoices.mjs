// What the API answers about invoices and credit notes.

import { presigned } from './actuals.mjs';

export const ID = 'C4001.2026-09-28.1';
export const PATH = `/invoices/invoice/?invoice=${ID}`;
export const API = `/api/invoices/${ID}`;

const window = { period_start: '2026-10-26', deadline: '2026-11-27T17:00:00Z', pay_date: '2026-12-08' };
const contracts = [{ contract_ref: 'C4001', name: 'Home care north' }, { contract_ref: 'C4002', name: 'Community meals' }];
const row = {
  invoice_id: ID, number: null, kind: 'invoice', contract_ref: 'C4001', contract_name: 'Home care north', period_start: '2026-09-28', period_end: '2026-10-25', state: 'draft',
  net: '5413.19', vat: '0.00', total: '5413.19', submitted_at: null, dispute_reason: null, window, paid_in: null,
};

export const list = {
  rows: [
    row,
    { ...row, invoice_id: 'C4002.2026-09-28.1', number: 42, contract_ref: 'C4002', contract_name: 'Community meals', state: 'submitted', net: '30.36', vat: '6.07', total: '36.43', submitted_at: '2026-10-27T09:30:00Z' },
    { ...row, invoice_id: 'C4001.2026-08-31.1', number: 41, state: 'disputed', period_start: '2026-08-31', period_end: '2026-09-27', submitted_at: '2026-10-01T10:12:00Z', dispute_reason: 'The hours of 7 September do not agree with the visit records' },
    { ...row, invoice_id: 'C4001.2026-08-03.2', number: 40, kind: 'credit_note', state: 'approved', net: '-223.40', total: '-223.40', period_start: '2026-08-03', period_end: '2026-08-30', submitted_at: '2026-09-20T10:12:00Z' },
    { ...row, invoice_id: 'C4001.2026-08-03.1', number: 39, state: 'paid', period_start: '2026-08-03', period_end: '2026-08-30', submitted_at: '2026-09-02T08:00:00Z', paid_in: '2026-08-03', window: null },
    { ...row, invoice_id: 'C4001.2026-08-03.3', state: 'deleted', period_start: '2026-08-03', period_end: '2026-08-30', window: null },
  ],
  proposals: [
    { contract_ref: 'C4001', contract_name: 'Home care north', period_start: '2026-10-26', period_end: '2026-11-22', kind: 'invoice', net: '5413.19', vat: '0.00', total: '5413.19', lines: 31, late: false, cause: null },
    { contract_ref: 'C4002', contract_name: 'Community meals', period_start: '2026-08-31', period_end: '2026-09-27', kind: 'credit_note', net: '-10.12', vat: '-2.02', total: '-12.14', lines: 2, late: true, cause: 'The week of 7 September 2026 was corrected' },
  ],
  contracts,
};

const line = {
  line: 1, cpli_id: '210300', ss_ref: 'A271003', client: 'Mrs Ottoline Farthing', service: 'Home care - standard', week_start: '2026-09-28', kind: 'cost', correction: null,
  arithmetic: '(9.75 + 50% of 0.5) hours × £22.34 = £223.40', amount: '223.40', cause: null, reverses: null,
};

export const draft = {
  invoice_id: ID, number: null, kind: 'invoice', state: 'draft', contract_ref: 'C4001', contract_name: 'Home care north',
  provider_name: 'Kindly at Home Ltd', provider_address: '14 Quayside, Northbridge NB1 4QX', council_name: 'Northbridge Council',
  period_start: '2026-09-28', period_end: '2026-10-25', digest: 'i1',
  lines: [
    line,
    { ...line, line: 2, week_start: '2026-10-05', arithmetic: '10.5 hours × £22.34 = £234.57', amount: '234.57' },
    { ...line, line: 3, week_start: '2026-10-05', kind: 'income', arithmetic: '−£23.19 a week × 7 days ÷ 7 = −£23.19', amount: '-23.19' },
    { ...line, line: 4, cpli_id: '210301', ss_ref: 'A271044', client: 'Mr Leopold Achebe', correction: 'reversal', week_start: '2026-09-07', arithmetic: 'takes back £312.76 claimed before', amount: '-312.76', cause: 'What is paid for changed from 14 hours to 12 hours after it was invoiced', reverses: { invoice_id: 'C4001.2026-08-31.1', number: 41, line: 12 } },
    { ...line, line: 5, cpli_id: '210301', ss_ref: 'A271044', client: 'Mr Leopold Achebe', correction: 'reissue', week_start: '2026-09-07', arithmetic: '12 hours × £22.34 = £268.08', amount: '268.08', cause: 'What is paid for changed from 14 hours to 12 hours after it was invoiced' },
    { ...line, line: 6, cpli_id: '210305', ss_ref: 'A280990', client: null, arithmetic: '5.25 hours × £22.34 = £117.29', amount: '117.29' },
  ],
  not_included: [{ cpli_id: '210301', ss_ref: 'A271044', client: 'Mr Leopold Achebe', week_start: '2026-10-12', reason: '3 hours over what was commissioned: held until the council agrees', amount: '379.78' }],
  net: '507.39', vat: { category: 'exempt', percent: '0', tax: '0.00', suppliers_tax: null, needs_invoice: false, number: null, number_valid: false }, total: '507.39',
  attachment: null, can_submit: true, can_delete: true, can_attach: false, why_not: [], window, late: false,
  history: [{ state: 'draft', at: '2026-10-26T08:50:00Z', by: 'Tahira Mian', reason: null }],
};

const standard = { category: 'standard', percent: '20', tax: '6.07', suppliers_tax: null, needs_invoice: true, number: 'GB 123 4567 82', number_valid: true };
export const vat = {
  ...draft, contract_name: 'Community meals', not_included: [],
  lines: [
    ...[1, 2, 3].map((number) => ({ ...line, line: number, service: 'Meals', arithmetic: '4 visits × £2.53 = £10.12', amount: '10.12' })),
    { ...line, line: 4, kind: 'vat', cpli_id: null, ss_ref: null, client: null, service: null, week_start: null, arithmetic: 'VAT: 20% of £30.36 = £6.07', amount: '6.07' },
  ],
  net: '30.36', vat: standard, total: '36.43', can_submit: false, can_attach: true, why_not: ['Attach your VAT invoice first. Amounts with VAT are not paid without it.'], late: true,
};
export const attached = { ...vat, can_submit: true, why_not: [], attachment: { file_name: 'invoice 2026-117.pdf', media_type: 'application/pdf', size_bytes: 184_300, checked_at: '2026-10-26T09:00:00Z' } };
export const badNumber = { ...attached, can_submit: false, vat: { ...standard, number: 'GB 123 4567 83', number_valid: false }, why_not: ['Your VAT registration number GB 123 4567 83 is not valid. Ask the council to correct it.'] };

export const submitted = {
  ...draft, number: 42, state: 'submitted', can_submit: false, can_delete: false, digest: 'i2',
  history: [...draft.history, { state: 'submitted', at: '2026-10-26T09:05:00Z', by: 'Tahira Mian', reason: 'As agreed by telephone' }],
};
export const disputed = { ...submitted, state: 'disputed', can_submit: true, history: [...submitted.history, { state: 'disputed', at: '2026-10-29T11:00:00Z', by: null, reason: 'The hours of 5 October do not agree with the visit records.\nPlease look at them again.' }] };
export const paid = { ...submitted, state: 'paid', window: null, history: [...submitted.history, { state: 'approved', at: '2026-10-30T11:00:00Z', by: null, reason: null }, { state: 'paid', at: '2026-11-03T06:00:00Z', by: null, reason: null }] };
export const creditNote = { ...draft, kind: 'credit_note', lines: draft.lines.slice(3, 5), net: '-44.68', total: '-44.68', not_included: [] };
export const deleted = { ...draft, state: 'deleted', can_submit: false, can_delete: false };
export const large = { ...draft, lines: Array.from({ length: 1200 }, (_, index) => ({ ...line, line: index + 1, ss_ref: `A29${String(Math.floor(index / 4)).padStart(4, '0')}`, client: `Client number ${Math.floor(index / 4) + 1}` })) };

export const usual = {
  'GET /api/invoices': list,
  'POST /api/invoices': { status: 201, body: draft },
  [`GET ${API}`]: draft,
  [`POST ${API}/submission`]: submitted,
  [`POST ${API}/deletion`]: deleted,
  [`POST ${API}/attachment`]: { status: 200, body: presigned(`uploads/P2001/vat/${ID}_1.pdf`, 10_000_000) },
  [`POST ${API}/attachment/check`]: attached,
};
