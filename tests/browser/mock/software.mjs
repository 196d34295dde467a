// What the API answers about the software of a provider: its keys, its calendar and its webhooks.

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

const rotaEndpoint = { endpoint_id: '5F1C09A2B7D34E70', url: 'https://rota.meadow.example/portal', kinds: ['statement.opened', 'statement.finalised'], created_at: '2026-10-02T09:12:00Z', created_by: 'Tahira Mian', failing_since: null, stopped_at: null, old_secret_until: null };
const kinds = [
  { kind: 'statement.opened', line: 'A statement is open for your response' },
  { kind: 'statement.locked', line: 'A statement is locked: its items are fixed' },
  { kind: 'statement.finalised', line: 'A statement is finalised and sent for payment' },
  { kind: 'action.answered', line: 'Somebody answered an action' },
  { kind: 'file.processed', line: 'A file of actuals was applied or refused' },
];
export const webhooks = { endpoints: [rotaEndpoint], kinds, endpoints_max: 5 };
export const noWebhooks = { ...webhooks, endpoints: [] };
export const failingWebhooks = { ...webhooks, endpoints: [
  { ...rotaEndpoint, failing_since: '2026-11-21T09:00:00Z', old_secret_until: '2026-11-23T09:00:00Z' },
  { ...rotaEndpoint, endpoint_id: '6F1C09A2B7D34E71', url: 'https://a-very-long-name-of-a-machine.accounts.meadow.example/integrations/northbridge/provider-portal/webhooks?tenant=4711', failing_since: '2026-11-10T09:00:00Z', stopped_at: '2026-11-15T09:00:00Z' },
] };
const message = { delivery_id: '20261121T101500000-5F1C09A2B7D34E60', kind: 'statement.opened', body: '{}', created_at: '2026-11-21T10:15:00Z', state: 'delivered', at: '2026-11-21T10:15:02Z', tries: 1, last_answer: '204' };
export const deliveries = { rows: [
  { ...message, delivery_id: '20261122T091500000-5F1C09A2B7D34E61', kind: 'endpoint.test', created_at: '2026-11-22T09:15:00Z', state: 'waiting', at: '2026-11-22T09:45:00Z', tries: 2, last_answer: 'no answer in 10 seconds' },
  message,
  { ...message, delivery_id: '20261101T091500000-5F1C09A2B7D34E62', kind: 'statement.finalised', state: 'given_up', tries: 10, last_answer: '503' },
], next: null };
export const manyDeliveries = { ...deliveries, next: 'DELIVERY#x' };
export const addedWebhook = { endpoint: rotaEndpoint, secret: 'whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=' };

export const usual = {
  'GET /api/webhooks': webhooks,
  'POST /api/webhooks': addedWebhook,
  'GET /api/webhooks/5F1C09A2B7D34E70/deliveries': deliveries,
  'GET /api/webhooks/6F1C09A2B7D34E71/deliveries': { rows: [], next: null },
  'POST /api/webhooks/5F1C09A2B7D34E70/test': { status: 202, body: message },
  'POST /api/webhooks/5F1C09A2B7D34E70/secret': addedWebhook,
  'POST /api/webhooks/6F1C09A2B7D34E71/resumption': rotaEndpoint,
  'POST /api/webhooks/5F1C09A2B7D34E70/removal': { status: 204, body: null },
  'POST /api/webhooks/5F1C09A2B7D34E70/deliveries/20261121T101500000-5F1C09A2B7D34E60/repetition': message,
  'GET /api/calendar': noCalendar,
  'POST /api/calendar': madeCalendar,
  'POST /api/calendar/removal': { status: 204, body: null },
  'GET /api/api-keys': keys,
  'POST /api/api-keys': made,
  'POST /api/api-keys/5F1C09A2B7D34E60/revocation': { ...rota, state: 'revoked' },
};
