// One contact: the details, asking for other details, and asking for access to be taken away.
import { Problem, get, post } from '../api.js';
import { askAgain } from '../ask.js';
import { capital, contactFields, contactIn, controlIn, rolesText } from '../contact-fields.js';
import { button, el, fill, find, insetText, link, paragraph, summaryList, tag, told, warningText } from '../dom.js';
import { checkboxes, chosen } from '../fields.js';
import { clearErrors, onSubmit, orSay, requestId } from '../forms.js';
import { instant } from '../format.js';
import { start } from '../page.js';
import { setTitle } from '../title.js';
import { changeRequestType, emailState, role as roleWord } from '../words.js';

const ref = new URLSearchParams(location.search).get('contact') ?? '';

start(load);

async function load() {
  const { contacts = [], can_request: may, roles = [] } = await get('/api/contacts');
  const contact = contacts.find(({ contact_ref: each }) => each === ref);
  if (!contact) throw new Problem({ status: 404, code: 'not-found', title: 'This cannot be found' });
  find('[data-heading]').textContent = contact.name;
  setTitle(contact.name);
  show(contact, may, roles);
}

function show(contact, may, roles) {
  const step = el('div');
  fill(find('[data-region]'), [
    emailWarning(contact),
    pending(contact),
    details(contact),
    may ? changes(contact, roles, step) : paragraph('Somebody with the role “administer” can ask the council to change this.'),
    step,
  ]);
}

function details(contact) {
  return summaryList([
    ['Name', [contact.forename, contact.surname].filter(Boolean).join(' ') || contact.name],
    ['Address', contact.address && el('span', { class: 'portal-said' }, contact.address)],
    ['Telephone', contact.phone],
    ['Email', contact.email && el('span', { class: 'portal-long' }, contact.email)],
    ['Portal email address', contact.portal_email && el('span', { class: 'portal-long' }, contact.portal_email)],
    ['Role', rolesText(contact.roles)],
  ]);
}

function emailWarning({ email_state: state, you }) {
  const wrong = emailState(state?.state);
  if (!wrong) return null;
  const since = state.at ? ` since ${instant(state.at)}` : '';
  const who = you ? 'your address' : 'this address';
  return state.state === 'bounced'
    ? warningText(`Emails to ${who} do not arrive${since}, so nothing is sent there, not even codes for signing in. If the address is wrong, ask for another one. If it is right, tell the council’s helpdesk.`)
    : warningText(`An email to ${who} was marked as junk${since}, so no notifications are sent there. Codes for signing in still are. To get notifications again, tell the council’s helpdesk.`);
}

function pending({ pending: open = [] }) {
  if (!open.length) return null;
  return insetText(el('p', { class: 'govuk-body' }, tag('Pending', 'yellow'), ` ${open.map(({ type }) => changeRequestType(type)).join(', ')}: the council has not decided yet. `, link('/actions/#change-requests', 'See your change requests')));
}

// ------------------------------------------------------------------------------------------------ what can be asked

function changes(contact, roles, step) {
  // One request about a contact at a time: the next one is about what comes of it.
  if (contact.pending?.length) return paragraph('Until the council has decided, nothing else can be asked about this contact. If you want something else instead, withdraw the request first.');
  const first = el('div', { class: 'govuk-button-group', dataset: { first: '' } }, [
    button('Edit', () => edit(contact, roles, first, step), { kind: null, hidden: contact.name }),
    contact.roles?.length ? button('Request role removal', () => remove(contact, first, step), { hidden: `of ${contact.name}` }) : null,
  ]);
  return first;
}

function edit(contact, roles, first, step) {
  const id = requestId();
  const heading = el('h2', { class: 'govuk-heading-m', tabindex: '-1' }, `Edit ${contact.name}`);
  // Access is taken away by a request of its own, which is asked twice: here it can only be added.
  const form = el('form', { method: 'post', class: 'portal-next', 'aria-label': `Edit ${contact.name}` }, [
    heading,
    paragraph('You ask the council for these changes. They take effect when it accepts them.'),
    contactFields({ ...contact, roles: [] }, roles.filter(({ role }) => !(contact.roles ?? []).includes(role)), { legend: contact.roles?.length ? 'Ask for more access' : 'Role', hint: contact.roles?.length ? `They may already: ${rolesText(contact.roles).toLowerCase()}` : undefined }),
    el('div', { class: 'govuk-button-group' }, [el('button', { type: 'submit', class: 'govuk-button' }, 'Submit change request'), button('Cancel', () => close(first, step))]),
  ]);
  onSubmit(form, async () => {
    const typed = contactIn(form);
    await post('/api/contacts/requests', { request_id: id, type: 'update_contact', contact_ref: ref, contact: { ...typed, roles: [...new Set([...(contact.roles ?? []), ...typed.roles])] }, roles: null });
    await done(`Your request to change ${contact.name} is with the council.`);
  }, { controlFor: (field) => controlIn(form, field) });
  first.hidden = true;
  fill(step, form);
  heading.focus();
}

function remove(contact, first, step) {
  const id = requestId();
  const several = contact.roles.length > 1;
  const choice = several ? checkboxes({ id: 'removed', legend: 'Which access is to be taken away?', options: contact.roles.map((each) => ({ value: each, text: capital(roleWord(each)) })), values: contact.roles, small: true }) : null;
  const removed = () => (several ? chosen(step, 'removed') : contact.roles);
  askAgain({
    first,
    step,
    level: 'h2',
    title: `Are you sure you want to ask for the access of ${contact.name} to be taken away?`,
    content: [
      contact.you ? warningText('This is your own access. When the council accepts it, you are signed out.') : null,
      several ? choice : paragraph(`They may: ${rolesText(contact.roles).toLowerCase()}.`),
      contact.you ? null : paragraph('When the council accepts it, their sessions end at once.'),
    ],
    yes: { text: 'Request role removal', kind: 'warning' },
    back: 'Cancel',
  }, () => orSay(step, async () => {
    if (!removed().length) throw new Problem({ status: 422, code: 'invalid', title: 'Choose', errors: [{ field: 'roles', message: 'Choose which access is to be taken away' }] });
    await post('/api/contacts/requests', { request_id: id, type: 'delete_contact_role', contact_ref: ref, contact: null, roles: removed() });
    await done(`Your request to take away access of ${contact.name} is with the council.`);
  }, { controlFor: () => document.getElementById('removed') }));
}

function close(first, step) {
  clearErrors();
  fill(step);
  first.hidden = false;
  first.querySelector('button').focus();
}

async function done(text) {
  clearErrors();
  await load();
  told(text, paragraph('You can follow it, or withdraw it, under ', link('/actions/#change-requests', 'change requests'), '.'));
}
