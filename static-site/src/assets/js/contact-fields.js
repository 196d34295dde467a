// The fields of a contact: who they are, how to reach them, and what they may do in the portal.

import { chosen, checkboxes, textArea, textInput } from './fields.js';
import { role as roleWord } from './words.js';

const FIELDS = ['forename', 'surname', 'address', 'phone', 'email', 'portal_email'];

/** The fields, filled in from `contact` if there is one. `roles` are {role, line}: what access can be asked for. */
export function contactFields(contact, roles, { legend = 'Role', hint = 'What they may do in the portal, for this provider' } = {}) {
  const given = contact ?? {};
  const input = (id, label, more = {}) => textInput({ id, label, value: given[id] ?? '', ...more });
  return [
    input('forename', 'Forename', { className: 'govuk-input--width-20', attributes: { autocomplete: 'off', spellcheck: 'false' } }),
    input('surname', 'Surname', { className: 'govuk-input--width-20', attributes: { autocomplete: 'off', spellcheck: 'false' } }),
    textArea({ id: 'address', label: 'Address', value: given.address ?? '', rows: 3 }),
    input('phone', 'Telephone', { className: 'govuk-input--width-20', attributes: { type: 'tel', autocomplete: 'off' } }),
    input('email', 'Email', { hint: 'Where the council writes to', attributes: { type: 'email', autocomplete: 'off', spellcheck: 'false' } }),
    input('portal_email', 'Portal email address', { hint: 'The email to sign in with, and for notifications. Leave it empty for somebody who does not use the portal.', attributes: { type: 'email', autocomplete: 'off', spellcheck: 'false' } }),
    roles.length
      ? checkboxes({ id: 'roles', legend, hint, options: roles.map(({ role, line }) => ({ value: role, text: capital(roleWord(role)), hint: line })), values: given.roles ?? [] })
      : null,
  ];
}

/** What was typed. */
export function contactIn(form) {
  const values = Object.fromEntries(FIELDS.map((name) => [name, form.elements.namedItem(name).value.trim()]));
  return { ...values, roles: chosen(form, 'roles') };
}

/** The control of a field as the server names it. */
export function controlIn(form, field) {
  const name = String(field ?? '').replace(/^contact\./, '');
  const found = form.elements.namedItem(name);
  return found instanceof RadioNodeList ? found[0] : found;
}

/** A text with its first letter large. */
export const capital = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Roles in words: "View, confirm statements". */
export const rolesText = (roles) => (roles?.length ? capital(roles.map(roleWord).join(', ')) : 'No access to the portal');
