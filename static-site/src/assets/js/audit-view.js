// What a record of the audit says, in words.

import { tag } from './dom.js';
import { plain } from './words.js';

const KINDS = { contact: 'Provider', staff: 'Council staff', key: 'Software with a key', account: 'Signing in', job: 'The portal', unknown: 'Nobody known' };
const CHANGES = { GET: 'Read', POST: 'Changed', PUT: 'Changed' };

/** The areas that can be asked for, with their names. */
export const AREAS = [
  ['account', 'Account'], ['actions', 'Actions'], ['actuals', 'Actuals'], ['api-keys', 'API keys'], ['audit', 'Audit'], ['calendar', 'Calendar'], ['care-packages', 'Care packages'],
  ['change-requests', 'Change requests'], ['contacts', 'Contacts'], ['contract-documents', 'Contract documents'], ['documents', 'Contract documents (council)'],
  ['home', 'Home'], ['invoices', 'Invoices'], ['jobs', 'What the portal does by itself'], ['organisation', 'Organisation'], ['password-reset', 'Forgotten password'],
  ['providers', 'Providers'], ['purchase-orders', 'Purchase orders'], ['scheduled-payments', 'Scheduled payments'], ['session', 'Session'], ['sign-in', 'Signing in'], ['sign-out', 'Signing out'], ['webhooks', 'Webhooks'],
];
const AREA = Object.fromEntries(AREAS);

/** Who it was, in two lines. */
export function who({ kind, name, email, staff_ref: staff, function: job, of, key_id: key }) {
  if (kind === 'job') return [plain(job), of ?? KINDS.job];
  if (kind === 'unknown') return [KINDS.unknown, 'An address without an account'];
  return [name ?? email, [KINDS[kind] ?? kind, staff ?? key].filter(Boolean).join(' ')];
}

/** What was done, in two lines: the area, and the request. */
export function what({ what: text, area }) {
  const [method, ...rest] = text.split(' ');
  if (!rest[0]?.startsWith('/api/')) return [text, null];
  return [`${CHANGES[method] ?? method}: ${AREA[area] ?? plain(area)}`, text];
}

/** What it was about: names and references. */
export function about({ about: named = {}, provider_ref: provider }) {
  const pairs = Object.entries(named).map(([name, value]) => `${plain(name)} ${value}`);
  return [provider && `Provider ${provider}`, ...pairs].filter(Boolean);
}

/** Which records it showed. */
export function shown({ seen = [] }) {
  return seen.map(({ what: kind, records, provider_ref: provider, clients = [] }) => `${records.toLocaleString('en-GB')} ${kind} of ${provider}${clients.length ? `: ${clients.slice(0, 5).join(', ')}${clients.length > 5 ? ` and ${clients.length - 5} more` : ''}` : ''}`);
}

/** What came of it. */
export function outcome({ outcome: { state, status } }) {
  if (state === 'intended') return tag('About to be tried', 'blue');
  if (state === 'done' || status < 300 || status === 303) return tag('Done', 'green');
  return status < 500 ? tag(`Refused (${status})`, 'yellow') : tag(`Failed (${status})`, 'red');
}
