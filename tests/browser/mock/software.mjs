// What the API answers about the software of a provider: its keys.

const scopes = [
  { scope: 'read', title: 'Read', line: 'Read care packages, statements, remittances, orders and reports' },
  { scope: 'actuals', title: 'Actuals', line: 'Enter and upload actuals' },
  { scope: 'invoices', title: 'Invoices', line: 'Create and submit invoices and credit notes' },
  { scope: 'statements', title: 'Statements', line: 'Confirm, reject and query statements' },
  { scope: 'actions', title: 'Actions', line: 'Raise and answer actions' },
];
const rota = { key_id: '5F1C09A2B7D34E60', name: 'Rota software', scopes: ['read', 'actuals'], state: 'live', created_at: '2026-10-02T09:12:00Z', created_by: 'Tahira Mian', last_day: '2027-10-02', last_used_at: '2026-11-21T22:05:00Z', revoked_at: null, revoked_by: null };

export const keys = {
  keys: [
    rota,
    { ...rota, key_id: 'AA1C09A2B7D34E61', name: 'Care records', scopes: ['read'], last_used_at: null },
    { ...rota, key_id: 'BB1C09A2B7D34E62', name: 'Rota software, before it moved to another machine', state: 'revoked', revoked_at: '2026-10-02T09:30:00Z', revoked_by: 'Tahira Mian' },
    { ...rota, key_id: 'CC1C09A2B7D34E63', name: 'Accounts', scopes: ['read', 'invoices', 'statements'], state: 'expired', last_day: '2026-06-30' },
  ],
  scopes,
  last_day_max: '2027-11-23',
  keys_max: 20,
};
export const none = { ...keys, keys: [] };
export const many = { ...keys, keys: Array.from({ length: 20 }, (_, index) => ({ ...rota, key_id: `K${index}`, name: `Software ${index + 1}` })) };
export const made = { key: { ...rota, key_id: 'DD1C09A2B7D34E64', name: 'Night rota' }, secret: `pp_live_${'0123456789abcdef'.repeat(4)}89abcdef` };

export const noCalendar = { created_at: null, url: null };
export const calendar = { created_at: '2026-11-01T09:00:00Z', url: null };
export const madeCalendar = { created_at: '2026-11-22T09:00:00Z', url: `https://portal.example/api/calendar/feeds/${'0123456789abcdef'.repeat(4)}/deadlines.ics` };

export const usual = {
  'GET /api/calendar': noCalendar,
  'POST /api/calendar': madeCalendar,
  'POST /api/calendar/removal': { status: 204, body: null },
  'GET /api/api-keys': keys,
  'POST /api/api-keys': made,
  'POST /api/api-keys/5F1C09A2B7D34E60/revocation': { ...rota, state: 'revoked' },
};
