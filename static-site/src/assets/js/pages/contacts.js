// Contacts: who is listed for this provider, how to reach them, and what they may do.
import { get, withQuery } from '../api.js';
import { rolesText } from '../contact-fields.js';
import { el, fill, find, link, paragraph, show, tag } from '../dom.js';
import { start } from '../page.js';
import { table } from '../table.js';
import { changeRequestType, emailState } from '../words.js';

const COLUMNS = [
  { label: 'Name' },
  { label: 'Telephone', className: 'portal-contacts__phone' },
  { label: 'Portal email address', className: 'portal-contacts__email' },
  { label: 'Role' },
  { label: 'Note' },
];

start(async () => {
  const { contacts = [], can_request: may } = await get('/api/contacts');
  show(find('[data-new]'), may);
  fill(find('[data-region]'), [
    may ? null : paragraph('Somebody with the role “administer” can ask the council to change these, or to add somebody.'),
    contacts.length
      ? table({ caption: 'Contacts', captionClass: 'govuk-visually-hidden', columns: COLUMNS, rows: contacts.map((each) => ({ cells: cells(each) })), className: 'portal-contacts' })
      : paragraph('The council has no contact of this provider.'),
  ]);
});

function cells(contact) {
  const state = emailState(contact.email_state?.state);
  const notes = [
    state && tag(state.word, state.colour),
    ...(contact.pending ?? []).map(({ type }) => [tag('Pending', 'yellow'), ` ${changeRequestType(type)}`]),
  ].filter(Boolean);
  return [
    [link(withQuery('/contacts/contact/', { contact: contact.contact_ref }), contact.name), contact.you ? el('span', { class: 'portal-table__sub' }, 'You') : null],
    contact.phone || '-',
    contact.portal_email ? el('span', { class: 'portal-long' }, contact.portal_email) : '-',
    rolesText(contact.roles),
    notes.length ? notes.map((note) => el('span', { class: 'portal-contacts__note' }, note)) : '-',
  ];
}
