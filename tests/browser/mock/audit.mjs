// What the auditor's pages are answered.

const ADA = '3b8f1f2e0d9c4a7b6e5d4c3b2a19080706050403020100ffeeddccbbaa998877';
const hash = (letter) => letter.repeat(64);
const contact = { kind: 'contact', email: 'ada.brome@meadowview.example', name: 'Ada Brome' };

export const read = {
  actor: ADA, n: 41, at: '2026-11-22T09:12:00Z', by: contact, provider_ref: 'P1002', what: 'GET /api/care-packages', area: 'care-packages',
  about: { include_historical: 'true' }, outcome: { state: 'answered', status: 200, intended: null },
  seen: [{ what: 'care packages', provider_ref: 'P1002', records: 12, clients: ['A272433', 'A272434', 'A272435', 'A272436', 'A272437', 'A272438'] }],
};
export const announced = {
  ...read, n: 42, what: 'POST /api/scheduled-payments/{contract_ref}/{period_start}/confirmation', area: 'scheduled-payments',
  about: { contract_ref: 'C3002', period_start: '2026-10-26' }, outcome: { state: 'intended' }, seen: [],
};
export const changed = { ...announced, n: 43, outcome: { state: 'answered', status: 200, intended: 42 } };
const wrong = { ...read, n: 40, by: { kind: 'account', email: contact.email }, provider_ref: null, what: 'POST /api/sign-in', area: 'sign-in', about: {}, outcome: { state: 'answered', status: 422, intended: null }, seen: [] };
const job = { ...read, actor: 'job:finalise:C3002', n: 3, by: { kind: 'job', function: 'finalise', of: 'C3002' }, what: 'statement finalised', area: 'jobs', about: { contract_ref: 'C3002', period_start: '2026-09-28' }, outcome: { state: 'intended' }, seen: [] };
const failed = { ...read, n: 39, by: { kind: 'staff', email: 'rowan.ellery@northbridge.example', name: 'Rowan Ellery', staff_ref: 'S1' }, what: 'GET /api/council/home', area: 'home', about: {}, outcome: { state: 'answered', status: 503, intended: null }, seen: [] };

export const found = { actor: null, provider: 'P1002', client: null, from: '2026-10-26', to: '2026-11-22', area: null, kind: null, rows: [changed, announced, read, wrong, job, failed], looked_through: 6, next: 'AT#2026-11-01', sealed_until: '2026-11-21' };
export const none = { ...found, provider: null, rows: [], looked_through: 0, next: null, sealed_until: null };
export const later = { ...none, looked_through: 1000, next: 'AT#2026-11-01' };
export const entry = { ...changed, hash: hash('a'), previous: hash('b'), unchanged: true, follows: true };
export const tampered = { ...entry, unchanged: false };
export const cutOff = { ...entry, follows: false };

export const PERSON = ADA;
export const ENTRY = `/council/audit/entry/?actor=${ADA}&n=43`;
export const ENTRY_API = `/api/council/audit/entries/${ADA}/43`;

export const usual = {
  'GET /api/council/audit': found,
  [`GET ${ENTRY_API}`]: entry,
  'POST /api/council/audit/people': { actor: ADA, entries: 43 },
};
