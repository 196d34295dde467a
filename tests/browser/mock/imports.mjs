// What the API answers about the council's files.

import { presigned } from './actuals.mjs';

export const FILE = '/council/imports/file/?feed=prices&time=20261121T060000';
export const FILE_API = '/api/council/imports/files/prices/20261121T060000';
export const SENT = '/council/imports/file/?upload=20261122T091500-4F1C09A2B7D34E60';
export const SENT_API = '/api/council/imports/uploads/20261122T091500-4F1C09A2B7D34E60';

const counts = { rows_read: 1204, rows_new: 14, rows_changed: 31, rows_unchanged: 1156, rows_rejected: 2, rows_pending: 1, rows_superseded: 0 };
const log = [
  { row: 17, column: 'unit_price', code: 'I12', message: 'unit_price must be an amount such as 865.46 with up to 4 decimals.' },
  { row: 88, column: '', code: 'I40', message: 'There is no CPLI 999999 yet. The row is kept and tried again until 2026-11-28.' },
  { row: 90, column: 'cpli_id', code: 'I10', message: 'cpli_id is empty.' },
];
const waitingRow = { feed: 'prices', time: '20261121T060000', file: 'prices_20261121T060000.csv', rows: [88], waits_for: 'CPLI 999999', since: '2026-11-21T06:00:10Z', until: '2026-11-28' };
const line = { feed: 'prices', time: '20261121T060000', file: 'prices_20261121T060000.csv', state: 'done', counts, refused: null, sent_by: null, started_at: '2026-11-21T06:00:10Z', finished_at: '2026-11-21T06:00:14Z' };
const refused = { code: 'F02', message: 'Column cpli_id is missing. Download the latest template.' };

export const history = {
  feeds: ['providers', 'contacts', 'contracts', 'clients', 'cplis', 'prices', 'action_types'],
  rows: [
    { ...line, feed: 'cplis', time: '20261122T060000', file: 'cplis_20261122T060000.csv', state: 'running', counts: { ...counts, rows_read: 500 }, finished_at: null },
    { ...line, feed: 'clients', time: '20261121T101500', file: 'clients_20261121T101500.csv', sent_by: 'Rowan Ellery' },
    { ...line, feed: 'contracts', time: '20261121T070000', file: 'contracts_20261121T070000.csv', state: 'refused', counts: null, refused },
    line,
  ],
  next: null,
  misnamed: [{ file_name: 'prices november final (2).csv', code: 'F07', message: 'The name must be {feed}_{YYYYMMDDTHHMMSS}.csv, such as prices_20261122T060000.csv.', at: '2026-11-22T06:00:10Z' }],
  tried: [{ upload_id: '20261122T091500-4F1C09A2B7D34E60', feed: 'prices', file_name: 'prices from the framework of December.csv', by: 'Rowan Ellery', at: '2026-11-22T09:15:00Z' }],
  may_import: true,
};
export const file = { ...line, columns_ignored: ['remarks'], log, log_not_shown: 0, late_log: [{ row: 90, column: '', code: 'I41', message: 'There is still no CPLI 999998 after 7 days, so the row was not applied. Send it again when there is.' }], waiting: [waitingRow] };
export const refusedFile = { ...file, state: 'refused', counts: null, refused, log: [], late_log: [], waiting: [] };

const run = { feed: 'prices', time: '20261122T091500', file: 'DRYRUN_prices_20261122T091500.csv', by: 'Rowan Ellery', at: '2026-11-22T09:15:00Z', state: 'done', counts, refused: null, columns_ignored: [], log, log_not_shown: 12, finished_at: '2026-11-22T09:15:04Z' };
export const tried = {
  upload_id: '20261122T091500-4F1C09A2B7D34E60', feed: 'prices', file_name: 'prices from the framework of December.csv', dry_run: run, applied: null, may_apply: true,
  pounds: {
    payable_change: '-129.81', contracts_not_shown: 1,
    contracts: [
      { provider_ref: 'P1002', provider_name: 'Meadow View House', contract_ref: 'C3001', period_start: '2026-11-02', payable_before: '3461.84', payable_after: '3634.92' },
      { provider_ref: 'P1003', provider_name: 'Meadow Larch Court with a rather long name of the kind that groups give', contract_ref: 'C3002', period_start: '2026-11-02', payable_before: '302.89', payable_after: '0.00' },
    ],
  },
};
export const trying = { ...tried, dry_run: { ...run, state: 'running', counts: null, log: [], log_not_shown: 0, finished_at: null }, pounds: null, may_apply: false };
export const refusedSent = { ...tried, dry_run: { ...run, state: 'refused', counts: null, refused, log: [], log_not_shown: 0 }, pounds: null, may_apply: false };
export const applied = { ...tried, may_apply: false, applied: { ...run, time: '20261122T091730', file: 'prices_20261122T091730.csv', at: '2026-11-22T09:17:30Z', finished_at: '2026-11-22T09:17:33Z' } };

export const usual = {
  'GET /api/council/imports': history,
  'GET /api/council/imports/waiting': { rows: [waitingRow], more: false },
  'POST /api/council/imports/waiting/retry': { feed: 'settings', time: '20261122T092000' },
  'GET /api/council/imports/files/settings/20261122T092000': { ...line, feed: 'settings', time: '20261122T092000', file: 'settings_20261122T092000.csv', columns_ignored: [], log: [], log_not_shown: 0, late_log: [], waiting: [] },
  'POST /api/council/imports/uploads': ({ body }) => ({ status: 201, body: { upload_id: tried.upload_id, ...presigned(`council/desk/${body.file_name}`, 67_108_864) } }),
  'POST /api/council/imports': { status: 201, body: trying },
  [`GET ${FILE_API}`]: file,
  [`GET ${SENT_API}`]: tried,
  [`POST ${SENT_API}/application`]: applied,
};
