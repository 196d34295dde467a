// What the API answers to the council's own people: queues, and the council's side of actions, requests and documents.

import * as actions from './actions.mjs';
import { presigned } from './actuals.mjs';
import * as contacts from './contacts.mjs';
import * as documents from './documents.mjs';
import * as imports from './imports.mjs';
import * as orders from './orders.mjs';
import * as reports from './reports.mjs';

const person = { name: 'Rowan Ellery', email: 'rowan.ellery@northbridge.example', provider: null, provider_count: 0, permissions: [], council_name: 'Northbridge Council', support_email: 'portal.support@northbridge.example' };
const teams = [{ team_ref: 'T01', name: 'Service agreement team' }];
const who = (roles, permissions, inTeams = []) => ({ ...person, council: { roles, teams: inTeams, permissions } });

export const everything = ['see_actions', 'answer_actions', 'accept_proposals', 'see_change_requests', 'decide_change_requests', 'see_documents', 'publish_documents', 'see_purchase_orders', 'see_reports', 'see_imports', 'import'];
export const session = who(['team_member', 'contracts', 'helpdesk'], everything, teams);
export const helpdesk = who(['helpdesk'], ['see_change_requests', 'decide_change_requests']);
export const auditor = who(['auditor'], ['see_actions', 'see_change_requests', 'see_documents', 'see_purchase_orders', 'see_reports', 'see_imports', 'see_audit']);
export const finaliser = who(['finaliser'], []);

const name = { provider_ref: 'P1002', provider_name: 'Meadow View House' };

export const home = {
  queues: [
    { queue: 'actions', title: 'Actions', line: '3 actions are with your teams, and 1 is overdue.', url: '/council/actions/', count: 3, overdue: 1, oldest_at: '2026-11-03T09:12:00Z', attention: 'now' },
    { queue: 'change_requests', title: 'Change requests', line: '2 change requests wait for a decision.', url: '/council/change-requests/', count: 2, overdue: 0, oldest_at: '2026-11-20T10:00:00Z', attention: 'soon' },
    { queue: 'documents', title: 'Contract documents', line: 'No document was rejected.', url: '/council/documents/', count: 0, overdue: 0, oldest_at: null, attention: 'none' },
  ],
};

export const providers = { providers: [{ provider_ref: 'P1002', name: 'Meadow View House', kind: 'care_home' }, { provider_ref: 'P1003', name: 'Meadow Larch Court with a rather long name of the kind that groups give', kind: 'care_home' }] };

// -------------------------------------------------------------------------------------------------------- actions

const [admission, died, ...others] = actions.list.rows.map((row, index) => ({ ...row, ...name, age_days: [4, 14, 0, 30][index] }));
export const queue = {
  ...actions.list,
  // As the server orders them: what is due first, then what is done.
  rows: [died, admission, ...others],
  next: null,
  counts: { open: 3, with_provider: 1, overdue: 1 },
  can_create: true,
};
export const form = { ...actions.form, own_teams: ['T01'] };

export const ACTION = `/council/actions/action/?provider=P1002&action=${actions.ID}`;
export const ACTION_API = `/api/council/actions/P1002/${actions.ID}`;
const plain = { proposal: null };
export const action = { ...actions.withCouncil, ...plain };
export const answered = { ...actions.view, ...plain };
export const done = { ...actions.done, ...plain };
export const readOnly = { ...actions.readOnly, ...plain, teams: [] };

const effect = { contract_ref: 'C3001', contract_name: 'Meadow View residential', period_start: '2026-10-26', period_end: '2026-11-22', now: '3461.84', then: '1483.65', difference: '-1978.19', non_payable: [] };
export const death = {
  ...actions.withCouncil, title: 'Died 6 November 2026', type_ref: 'death', type_name: 'Death notification', details: [{ label: 'Date of death', value: '6 November 2026' }],
  can: { reply: true, complete: true, reopen: false, decide: true },
  proposal: {
    kind: 'death', line: 'Miss Wednesday Ashdown died on 6 November 2026. All of her care ends on that day.',
    changes: [{ cpli_id: '188367', client: 'Miss Wednesday Ashdown', what: 'The care ends', from: 'No end', to: '6 November 2026' }],
    effects: [effect, { ...effect, period_start: '2026-11-23', period_end: '2026-12-20', now: '3461.84', then: '0.00', difference: '-3461.84' }],
    total_difference: '-5440.03', total_non_payable_difference: '0.00', can_accept: true, why_not: null,
  },
};
export const variation = { ...death, title: 'Extra calls, 2 to 8 November', type_ref: 'variation', type_name: 'Variation', proposal: { ...death.proposal, kind: 'variation', line: '3.5 hours more in the week of 2 November 2026.', changes: [{ cpli_id: '210300', client: 'Mrs Ottoline Farthing', what: 'Hours in the week of 2 November 2026', from: '10.5', to: '14' }], effects: [{ ...effect, contract_name: 'Home care north', now: '5413.19', then: '5491.38', difference: '78.19' }], total_difference: '78.19' } };
export const notYours = { ...death, can: { ...death.can, decide: false }, proposal: { ...death.proposal, can_accept: false, why_not: null } };
export const notYet = { ...death, proposal: { ...death.proposal, can_accept: false, why_not: 'The date of death is before the care began.' } };
// Of a client whose care is suspended: no pound is paid, now or then.
export const deathSuspended = { ...death, proposal: { ...death.proposal, effects: [{ ...effect, now: '0.00', then: '0.00', difference: '0.00', non_payable: [{ status: 'suspended', now: '3461.84', then: '1483.65', difference: '-1978.19' }] }], total_difference: '0.00', total_non_payable_difference: '-1978.19' } };
export const withoutEffect = { ...death, proposal: { ...death.proposal, effects: [], total_difference: '0.00' } };
export const accepted = { ...death, can: { ...death.can, decide: false }, decision: { outcome: 'accepted', at: '2026-11-22T09:00:00Z', by: 'Rowan Ellery', reason: null, line: 'Recorded in cplis_20261122T090000.csv. The next statement takes back £1,978.19.' } };
export const declined = { ...death, decision: { outcome: 'declined', at: '2026-11-22T09:00:00Z', by: 'Imre Castellan', reason: 'The certificate says 7 November 2026. Please send the date again.', line: 'Nothing is changed.' } };

// ------------------------------------------------------------------------------------------------- change requests

const [pending, , removal] = contacts.requests.rows;
const asked = (request, days = 2) => ({ ...request, ...name, age_days: days });
export const changeRequests = { rows: [asked({ ...contacts.newContact, state: 'pending', request_ref: 'R4', rejection_reason: null, decided_by: null, updated_at: null, submitted_at: '2026-11-12T10:00:00Z' }, 10), asked(pending), asked(contacts.newContact), asked(removal)], next: null, counts: { pending: 2 } };
export const REQUEST = '/council/change-requests/request/?provider=P1002&request=R1';
export const REQUEST_API = '/api/council/change-requests/P1002/R1';
export const request = { ...asked(pending), warnings: ['The portal email address is also that of a contact of Larch Court.'], can_decide: true };
export const newContact = { ...asked({ ...contacts.newContact, state: 'pending', rejection_reason: null, decided_by: null, updated_at: null }), warnings: [], can_decide: true };
export const removalRequest = { ...asked({ ...removal, state: 'pending', decided_by: null, updated_at: null }), warnings: ['This is the only contact who may administer Meadow View House.'], can_decide: true };
export const requestAccepted = { ...request, state: 'accepted', updated_at: '2026-11-22T11:00:00Z', decided_by: 'Imre Castellan', can_decide: false, warnings: [] };
export const requestRejected = { ...requestAccepted, state: 'rejected', rejection_reason: 'We need a work address, not a private one.' };
export const requestForAuditor = { ...request, can_decide: false };

// --------------------------------------------------------------------------------------------------------- contacts

export const CONTACTS_API = '/api/council/providers/P1002/contacts';
export const contactList = { provider_name: name.provider_name, contacts: [...contacts.contacts, { ...contacts.contacts[0], contact_ref: 'K4', name: 'Otto Marsh', portal_email: 'otto.marsh@meadow.example', email_state: { state: 'complained', at: '2026-11-01T07:00:00Z' }, you: false }].map((each) => ({ ...each, you: false })) };
export const trusted = { ...contactList, contacts: contactList.contacts.map((each) => ({ ...each, email_state: { state: 'ok', at: null } })) };

// -------------------------------------------------------------------------------------------------------- documents

export const DOCUMENT = `/council/documents/document/?provider=P1002&document=${documents.REF}`;
export const DOCUMENT_API = `/api/council/documents/P1002/${documents.REF}`;
const [open, other, wrong, agreedRow, manualRow] = documents.list.rows.map((row, index) => ({ ...row, ...name, days_left: [5, -1, null, null, null][index], answer_by: row.answer_by && `${row.answer_by}T23:59:59Z` }));
export const waiting = { rows: [open, other, { ...open, document_ref: 'D5006', days_left: 0, answer_by: '2026-11-22T23:59:59Z' }], next: null };
export const rejected = { rows: [wrong], next: null };
export const answeredDocuments = { rows: [agreedRow, manualRow], next: null };
const { sha256 } = documents.view.file;
const entry = { version: 1, outcome: 'rejected', by: 'Tahira Mian (K1)', at: '2026-11-18T14:02:11Z', sha256: `a${sha256.slice(1)}`, reason: 'The start date is incorrect, it should be 2 November.', intact: true };
export const document = { ...documents.view, ...name, can_answer: false, answer_by: '2026-11-27T23:59:59Z', record: [entry] };
export const documentRejected = { ...documents.rejected, ...name, record: [entry, { ...entry, version: 2, at: '2026-11-22T09:00:00Z', sha256, reason: 'The price is wrong' }] };
export const documentAgreed = { ...documents.agreed, ...name, record: [entry, { ...entry, version: 2, outcome: 'agreed', at: '2026-11-22T09:00:00Z', sha256, reason: null }] };
export const documentTampered = { ...documentAgreed, record: [{ ...entry, intact: false }, documentAgreed.record[1]] };
export const documentManual = { ...documents.manually, ...name, record: [entry, { ...entry, version: 2, outcome: 'agreed_manually', by: 'Rowan Ellery (S1)', at: '2026-11-22T09:00:00Z', sha256, reason: 'Agreed by telephone' }] };
export const publishForm = {
  packages: [{ cpli_id: '188367', line: 'Miss Wednesday Ashdown: Permanent - Residential from (Block) Meadow View - Residential (Band 3)' }, { cpli_id: '188631', line: 'A365739: Permanent - Residential from Meadow View' }],
  services: documents.list.services, clients: documents.list.clients, doc_types: ['Service provision agreement', 'Block contract variation'],
};

export const ORDER = '/council/purchase-orders/order/?provider=P1002&year=2026-27&client=A394645';
export const ORDER_API = '/api/council/purchase-orders/P1002/2026-27/A394645';

export const usual = {
  ...reports.usualCouncil,
  ...imports.usual,
  'GET /api/council/home': home,
  'GET /api/council/providers': providers,
  'GET /api/council/actions': queue,
  'GET /api/council/actions/form': form,
  'POST /api/council/actions': { status: 201, body: answered },
  'POST /api/council/actions/P1002/attachments': ({ body }) => ({ status: 201, body: { upload_id: `up-${body.file_name}`, ...presigned(`uploads/P1002/actions/up-${body.file_name}`, 10_485_760) } }),
  [`GET ${ACTION_API}`]: action,
  [`POST ${ACTION_API}/posts`]: answered,
  [`POST ${ACTION_API}/completion`]: done,
  [`POST ${ACTION_API}/reopening`]: action,
  [`POST ${ACTION_API}/decision`]: accepted,
  'GET /api/council/change-requests': changeRequests,
  [`GET ${REQUEST_API}`]: request,
  [`POST ${REQUEST_API}/acceptance`]: { ...requestAccepted, decided_by: 'Rowan Ellery' },
  [`POST ${REQUEST_API}/rejection`]: { ...requestRejected, decided_by: 'Rowan Ellery' },
  [`GET ${CONTACTS_API}`]: contactList,
  [`POST ${CONTACTS_API}/K2/email-trust`]: {},
  'GET /api/council/documents': waiting,
  'GET /api/council/documents/form': publishForm,
  'POST /api/council/documents': { status: 201, body: { ...document, version: 1 } },
  'POST /api/council/documents/uploads': ({ body }) => ({ status: 201, body: { upload_id: 'up-1', ...presigned(`uploads/P1002/documents/${body.file_name}`, 10_485_760) } }),
  [`GET ${DOCUMENT_API}`]: document,
  [`POST ${DOCUMENT_API}/manual-agreement`]: documentManual,
  'GET /api/council/purchase-orders': { ...orders.list, provider_name: name.provider_name },
  [`GET ${ORDER_API}`]: orders.view,
};
