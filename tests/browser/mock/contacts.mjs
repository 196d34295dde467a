// What the API answers about an organisation, its contacts, and the changes that it asks for.

export const organisation = {
  name: 'Meadow View House', kind: 'care_home', address: '2 Meadow Lane\nNorthbridge\nNB3 7TT', phone: '01632 960 455', email: 'office@meadow.example', vat_number: null, parent_name: 'Meadow Care Group',
};

const ok = { state: 'ok', at: null };
const contact = { contact_ref: 'K1', name: 'Tahira Mian', forename: 'Tahira', surname: 'Mian', address: '2 Meadow Lane, Northbridge NB3 7TT', phone: '01632 960 455', email: 'tahira.mian@meadow.example', portal_email: 'tahira.mian@meadow.example', roles: ['payments', 'admin'], email_state: ok, pending: [], you: true };
export const contacts = [
  contact,
  { ...contact, contact_ref: 'K2', name: 'Bartholomew Winterbourne-Ashcombe', forename: 'Bartholomew', surname: 'Winterbourne-Ashcombe', email: 'bartholomew.winterbourne-ashcombe@meadow-view-house.meadowcaregroup.example', portal_email: 'bartholomew.winterbourne-ashcombe@meadow-view-house.meadowcaregroup.example', roles: ['viewer', 'signatory'], email_state: { state: 'bounced', at: '2026-11-12T07:01:00Z' }, pending: [], you: false },
  { ...contact, contact_ref: 'K3', name: 'Ida Larch', forename: 'Ida', surname: 'Larch', phone: null, email: null, portal_email: null, roles: [], you: false },
];
export const roles = [
  { role: 'viewer', line: 'See care packages, purchase orders, statements and remittances' },
  { role: 'actuals', line: 'Enter or upload actuals' },
  { role: 'invoices', line: 'Create and submit invoices and credit notes' },
  { role: 'payments', line: 'Confirm, reject or query a statement' },
  { role: 'signatory', line: 'Agree or reject contract documents' },
  { role: 'admin', line: 'All of these, and ask for changes of contacts' },
];
export const list = { contacts, can_request: true, roles };
/** The second of them while something is asked about them. */
export const waiting = { ...list, contacts: contacts.map((each) => (each.contact_ref === 'K2' ? { ...each, pending: [{ request_ref: 'R1', type: 'update_contact' }] } : each)) };
export const lookOnly = { ...list, can_request: false };

const request = {
  request_ref: 'R1', type: 'update_contact', state: 'pending', submitted_at: '2026-11-20T10:00:00Z', submitted_by: 'Tahira Mian', updated_at: null, name: 'Bartholomew Winterbourne-Ashcombe',
  details: [{ label: 'Telephone', before: '01632 960 455', after: '01632 960 999' }, { label: 'Address', before: '2 Meadow Lane, Northbridge NB3 7TT', after: null }], rejection_reason: null, decided_by: null, can_withdraw: true,
};
export const newContact = {
  ...request, request_ref: 'R2', type: 'new_contact', state: 'rejected', name: 'Ana Kestrel', updated_at: '2026-11-19T09:00:00Z', rejection_reason: 'We need a work address, not a private one. Please ask again.', decided_by: 'The council', can_withdraw: false,
  details: [{ label: 'Forename', before: null, after: 'Ana' }, { label: 'Surname', before: null, after: 'Kestrel' }, { label: 'Portal email address', before: null, after: 'ana.kestrel@meadow.example' }, { label: 'Roles', before: null, after: 'Viewer, Actuals' }],
};
export const removal = { ...request, request_ref: 'R3', type: 'delete_contact_role', state: 'accepted', name: 'Otto Marsh', updated_at: '2026-11-18T09:00:00Z', decided_by: 'The council', can_withdraw: false, details: [{ label: 'Roles', before: 'Viewer', after: null }] };
export const withdrawn = { ...request, state: 'withdrawn', updated_at: '2026-11-22T09:00:00Z', can_withdraw: false };
export const requests = { rows: [request, newContact, removal], next: null };

export const usual = {
  'GET /api/organisation': organisation,
  'GET /api/contacts': list,
  'GET /api/contacts/requests': requests,
  'POST /api/contacts/requests': { status: 201, body: request },
  'POST /api/contacts/requests/R1/withdrawal': withdrawn,
};
