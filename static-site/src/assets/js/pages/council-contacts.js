// The contacts of a provider as the helpdesk needs them: who may do what, whether their emails arrive, what they ask for.
import { get, post, withQuery } from '../api.js';
import { askAgain } from '../ask.js';
import { rolesText } from '../contact-fields.js';
import { button, el, fill, find, link, paragraph, tag, told } from '../dom.js';
import { clearErrors, orSay } from '../forms.js';
import { count, instant } from '../format.js';
import { staffMay, start } from '../page.js';
import { chosenProvider, providerChoice } from '../provider-search.js';
import { table, twoLines } from '../table.js';
import { setTitle } from '../title.js';
import { changeRequestType, emailState } from '../words.js';

const PATH = '/council/contacts/';
const COLUMNS = [
  { label: 'Name' },
  { label: 'Telephone', className: 'portal-contacts__phone' },
  { label: 'Portal email address', className: 'portal-contacts__email' },
  { label: 'Role' },
  { label: 'Emails', className: 'portal-contacts__emails' },
  { label: 'Waiting' },
];
const provider = new URLSearchParams(location.search).get('provider');
const api = `/api/council/providers/${encodeURIComponent(provider ?? '')}/contacts`;

start(async (session) => {
  if (!provider) return fill(find('[data-region]'), await providerChoice(PATH, { what: 'Then you see who is listed for it, and whether their emails arrive.' }));
  return show(session);
});

async function show(session) {
  const { provider_name: name, contacts = [] } = await get(api);
  find('[data-heading]').textContent = `Contacts of ${name}`;
  setTitle(`Contacts of ${name}`);
  const bad = contacts.filter(({ email_state: state }) => emailState(state?.state)).length;
  fill(find('[data-region]'), [
    chosenProvider(provider, name, PATH),
    bad ? el('p', { class: 'govuk-body' }, tag(`Emails to ${count(bad, 'address is', 'addresses are')} stopped`, 'red')) : null,
    el('h2', { class: 'govuk-heading-m' }, count(contacts.length, 'contact')),
    contacts.length
      ? table({ caption: 'Contacts', captionClass: 'govuk-visually-hidden', columns: COLUMNS, rows: contacts.map((each, index) => ({ cells: cells(each, session, index) })), className: 'portal-contacts' })
      : paragraph('No contact is known for this provider.'),
  ]);
}

function cells(contact, session, index) {
  return [
    contact.name,
    contact.phone || '-',
    contact.portal_email ? el('span', { class: 'portal-long' }, contact.portal_email) : '-',
    rolesText(contact.roles),
    emails(contact, session, index),
    contact.pending?.length ? contact.pending.map(({ request_ref: ref, type }) => el('span', { class: 'portal-contacts__note' }, link(withQuery('/council/change-requests/request/', { provider, request: ref }), changeRequestType(type), el('span', { class: 'govuk-visually-hidden' }, ` of ${contact.name}`)))) : '-',
  ];
}

// An address that emails bounced from gets none until somebody says that it works again.
function emails(contact, session, index) {
  const state = emailState(contact.email_state?.state);
  if (!contact.portal_email) return '-';
  if (!state) return 'Arrive';
  const first = el('div', {});
  const step = el('div');
  const trust = () => orSay(step, async () => {
    await post(`${api}/${encodeURIComponent(contact.contact_ref)}/email-trust`);
    clearErrors();
    await show(session);
    told(`Emails go to ${contact.name} again.`);
  });
  const ask = () => askAgain({
    first,
    step,
    title: `Deliver emails to ${contact.name} again?`,
    content: paragraph('Do this when they have told you that the address works. If the next email comes back too, delivery stops again.'),
    yes: { text: 'Deliver again' },
  }, trust);
  if (staffMay(session, 'decide_change_requests')) first.append(button('Deliver again', ask, { hidden: `to ${contact.name}`, attributes: { id: `trust-${index}` } }));
  return [twoLines(tag(state.word, state.colour), contact.email_state.at && `since ${instant(contact.email_state.at)}`), first, step];
}
