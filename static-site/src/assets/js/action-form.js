// A new action: what the type asks for, what it is about, and the files that go with it. For both sides.

import { Problem } from './api.js';
import { attachmentField } from './attachments.js';
import { el, fill, insetText } from './dom.js';
import { chosen, dayIn, dayInput, radios, refill, selectInput, setDay, textArea, textInput } from './fields.js';
import { onSubmit, requestId } from './forms.js';
import { one } from './labels.js';

const RELATED = { client: 'A client', care_package: 'A care package', statement: 'A statement', none: 'Nothing in particular' };

/**
 * The form of a new action, made of what the API says can be asked (`about`). `assign` is {label, hint, options, of(type)}:
 * to whom it can go, and to whom one of a type goes unless somebody chooses otherwise. `begin(body)` asks where a file
 * goes; `send(body, assignee)` creates the action. `cancel` is where the link beside the button leads.
 */
export function actionForm(about, { assign, begin, send, cancel }) {
  const { types = [], filled = null } = about;
  const id = requestId();
  const files = attachmentField({ limits: about.attachments, begin });
  const help = el('div', { class: 'govuk-hint govuk-!-margin-top-2', id: 'type-help' });
  const related = el('div');
  const fields = el('div', { class: 'portal-fields' });
  const type = selectInput({ id: 'type_ref', label: 'Type', options: [{ value: '', text: 'Select a type' }, ...types.map(({ type_ref: ref, name }) => ({ value: ref, text: name }))], value: filled?.type_ref ?? '' });
  const select = type.querySelector('select');
  select.setAttribute('aria-describedby', 'type-help');
  type.append(help);
  const title = textInput({ id: 'title', label: 'Title', hint: 'A few words, so that it is found in the list', value: filled?.title ?? '', attributes: { autocomplete: 'off' } });
  const text = textArea({ id: 'text', label: 'Text', hint: 'What has happened, and what is asked for', value: filled?.text ?? '', rows: 8, lengthMax: about.text_length_max ?? null });
  const to = selectInput({ id: 'assignee', label: assign.label, hint: assign.hint ?? null, options: assign.options });
  const due = dayInput({ id: 'due_on', legend: 'Due date', hint: 'When it should be dealt with. It is filled in for the type you choose.' });
  const element = el('form', { method: 'post', novalidate: true, class: 'portal-action-form', 'aria-label': 'New action' }, [
    type, related, fields, title, text, files.element, to, due,
    el('div', { class: 'govuk-button-group' }, el('button', { type: 'submit', class: 'govuk-button' }, 'Create action'), el('a', { class: 'govuk-link', href: cancel }, 'Cancel')),
  ]);

  const current = () => types.find(({ type_ref: ref }) => ref === select.value) ?? null;
  const typed = { assignee: false, due: false };
  to.addEventListener('change', () => { typed.assignee = true; });
  due.addEventListener('input', () => { typed.due = true; });
  const update = () => {
    const now = current();
    help.textContent = now?.help ?? 'What the form asks for depends on it';
    title.querySelector('.govuk-hint').textContent = now?.title_hint || 'A few words, so that it is found in the list';
    askRelated(related, now, about);
    refill(fields, (now?.fields ?? []).map(fieldOf));
    if (!typed.assignee && now) to.querySelector('select').value = assign.of(now) ?? to.querySelector('select').value;
    if (!typed.due && now?.due_on) setDay(due, now.due_on);
  };
  select.addEventListener('change', update);
  update();

  const controlFor = (field) => controlOf(element, field, files);
  onSubmit(element, async () => {
    const body = read(current(), about, { id, due: 'due_on' });
    body.attachments = await files.upload();
    await send(body, to.querySelector('select').value);
  }, { controlFor });
  return element;
}

// ------------------------------------------------------------------------------------------------- what it is about

function askRelated(group, type, { clients = [], packages = [], filled = null }) {
  const before = { kind: group.querySelector('#related')?.value, ss: group.querySelector('#ss_ref')?.value, cpli: group.querySelector('#cpli_id')?.value };
  const given = filled?.related ?? {};
  const allowed = type?.related_to ?? ['client', 'care_package', 'statement', 'none'];
  // A statement is chosen where it is shown: there is a link beside each of its lines.
  const kinds = allowed.filter((kind) => kind in RELATED && (kind !== 'statement' || given.kind === 'statement'));
  const wanted = [before.kind, given.kind].find((kind) => kinds.includes(kind)) ?? kinds[0] ?? 'none';
  const kind = selectInput({ id: 'related', label: 'Related to', options: kinds.map((value) => ({ value, text: RELATED[value] })), value: wanted });
  const entity = el('div');
  const known = { ss_ref: before.ss || given.ss_ref || packages.find(({ cpli_id: id }) => id === given.cpli_id)?.ss_ref, cpli_id: before.cpli || given.cpli_id };
  const show = () => fill(entity, entityOf(kind.querySelector('select').value, known, clients, packages, filled));
  kind.addEventListener('change', () => {
    known.ss_ref = entity.querySelector('#ss_ref')?.value || packages.find(({ cpli_id: id }) => id === entity.querySelector('#cpli_id')?.value)?.ss_ref || known.ss_ref;
    known.cpli_id = entity.querySelector('#cpli_id')?.value || known.cpli_id;
    show();
  });
  show();
  fill(group, kinds.length > 1 ? kind : el('input', { type: 'hidden', id: 'related', value: wanted }), entity);
}

function entityOf(kind, known, clients, packages, filled) {
  if (kind === 'client') {
    const options = clients.map(({ ss_ref: value, name }) => ({ value, text: name ? `${name} (${value})` : value }));
    return selectInput({ id: 'ss_ref', label: 'Client', options: [{ value: '', text: 'Select a client' }, ...options], value: known.ss_ref ?? '' });
  }
  if (kind === 'care_package') {
    const options = packages.map(({ cpli_id: value, client, line }) => ({ value, text: `${[client, line].filter(Boolean).join(', ')} (CPLI ${value})` }));
    return selectInput({ id: 'cpli_id', label: one('care_package'), options: [{ value: '', text: 'Select a care package' }, ...options], value: known.cpli_id ?? '' });
  }
  if (kind === 'statement') return insetText(filled.related.label ?? `Statement of contract ${filled.related.contract_ref}, period from ${filled.related.period_start}`);
  return null;
}

function relatedOf({ filled }, errors) {
  const value = (id) => document.getElementById(id)?.value ?? '';
  const kind = value('related');
  if (kind === 'client') {
    if (!value('ss_ref')) errors.push({ field: 'ss_ref', message: 'Select a client' });
    return { kind, ss_ref: value('ss_ref') };
  }
  if (kind === 'care_package') {
    if (!value('cpli_id')) errors.push({ field: 'cpli_id', message: 'Select a care package' });
    return { kind, cpli_id: value('cpli_id') };
  }
  if (kind === 'statement') {
    const { contract_ref, period_start, item_id = null } = filled.related;
    return { kind, contract_ref, period_start, ...(item_id ? { item_id } : {}) };
  }
  return { kind: 'none' };
}

// ------------------------------------------------------------------------------------------- what its type asks for

const idOf = (field) => `field-${field}`;

function fieldOf({ field, label, kind, required, hint, choices, length_max: lengthMax }) {
  const id = idOf(field);
  const name = required ? label : `${label} (optional)`;
  if (kind === 'date') return dayInput({ id, legend: name, hint: [hint, 'For example, 27 11 2026'].filter(Boolean).join('. ') });
  if (kind === 'long_text') return textArea({ id, label: name, hint, rows: 4, lengthMax });
  if (kind === 'choice') {
    const options = (choices ?? []).map(({ value, label: text }) => ({ value, text }));
    return options.length > 5
      ? selectInput({ id, label: name, hint, options: [{ value: '', text: 'Select' }, ...options] })
      : radios({ id, legend: name, hint, options });
  }
  const number = kind === 'decimal' || kind === 'money';
  return textInput({ id, label: name, hint, prefix: kind === 'money' ? '£' : null, className: number ? 'govuk-input--width-5' : '', attributes: { autocomplete: 'off', inputmode: number ? 'decimal' : null } });
}

function valuesOf(type, errors) {
  const values = {};
  for (const { field, label, kind, required } of type?.fields ?? []) {
    const id = idOf(field);
    const value = kind === 'date' ? dayOrError(id, label, errors) : document.getElementById(id)?.type === 'radio' ? (chosen(document, id)[0] ?? '') : document.getElementById(id)?.value.trim() ?? '';
    if (required && value === '') errors.push({ field: id, message: `${kind === 'choice' ? 'Select' : 'Enter'} the ${label.charAt(0).toLowerCase()}${label.slice(1)}` });
    if (value) values[field] = value;
  }
  return values;
}

// What is no day is said once; the empty text says that there is none.
function dayOrError(id, what, errors) {
  try {
    return dayIn(id, what) ?? '';
  } catch (problem) {
    errors.push(...problem.errors);
    return null;
  }
}

// ------------------------------------------------------------------------------------------------------- the whole

// What can be told here is told at once, all of it together, and before any file is sent. The server decides the rest.
function read(type, about, { id, due }) {
  const errors = [];
  const value = (field) => document.getElementById(field).value.trim();
  if (!type) errors.push({ field: 'type_ref', message: 'Select a type' });
  const related = relatedOf(about, errors);
  const fields = valuesOf(type, errors);
  if (!value('title')) errors.push({ field: 'title', message: 'Enter a title' });
  if (!value('text')) errors.push({ field: 'text', message: 'Enter the text' });
  const dueOn = dayOrError(due, 'The due date', errors);
  if (errors.length) throw new Problem({ status: 422, code: 'invalid', title: 'Check the form', errors });
  return { request_id: id, type_ref: type.type_ref, related, title: value('title'), text: value('text'), fields, due_on: dueOn || null };
}

const CONTROLS = { team_ref: 'assignee', assign_to: 'assignee', 'related.ss_ref': 'ss_ref', 'related.cpli_id': 'cpli_id' };

/** The control of a field as the server names it. */
function controlOf(form, field, files) {
  if (!field) return null;
  if (field.startsWith('attachment')) return files.control;
  const plain = field.replace(/^fields\./, '');
  const id = CONTROLS[field] ?? plain;
  const found = form.querySelector(`#${CSS.escape(idOf(plain))}`) ?? form.querySelector(`#${CSS.escape(id)}`);
  if (found) return found;
  return field === 'related' || field.startsWith('related') ? form.querySelector('#ss_ref, #cpli_id, #related') : null;
}
