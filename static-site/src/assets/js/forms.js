// Forms: the server decides; what it objects to fills the error summary and stands beside its field.
// What was typed stays, because the page is never left.

import { add, el, find, hiddenText } from './dom.js';
import { withReturn } from './paths.js';
import { setTitleError } from './title.js';

/** Takes away what was wrong. */
export function clearErrors(root = document) {
  setTitleError(false);
  find('[data-errors]').replaceChildren();
  for (const message of root.querySelectorAll('[data-field-error]')) {
    for (const control of root.querySelectorAll(`[aria-describedby~="${CSS.escape(message.id)}"]`)) {
      const others = control.getAttribute('aria-describedby').split(/\s+/).filter((id) => id !== message.id);
      if (others.length) control.setAttribute('aria-describedby', others.join(' '));
      else control.removeAttribute('aria-describedby');
    }
    message.remove();
  }
  for (const group of root.querySelectorAll('.govuk-form-group--error')) group.classList.remove('govuk-form-group--error');
  for (const control of root.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
  const kinds = ['govuk-input--error', 'govuk-textarea--error', 'govuk-select--error'];
  for (const control of root.querySelectorAll(kinds.map((each) => `.${each}`).join())) control.classList.remove(...kinds);
}

/**
 * Shows a problem in the error summary, beside the fields it names, and in the page's title, and moves the focus there.
 * `controlFor(field)` gives the control of a field's name; the default looks it up in `form`.
 * `actions` are nodes below the list: what to do about it.
 */
export function showProblem(problem, { form = null, controlFor = null, actions = [] } = {}) {
  clearErrors(form ?? document);
  const lookUp = controlFor ?? ((field) => (form && field ? form.elements.namedItem(field) : null));
  const entries = problem.errors.map(({ field, message }) => ({ message, control: asControl(lookUp(field)) }));
  for (const { control, message } of entries) if (control) markField(control, message);
  const summary = summaryOf(problem, entries, actions);
  find('[data-errors]').replaceChildren(summary);
  setTitleError(true);
  summary.focus();
  summary.scrollIntoView({ block: 'start' });
}

// A group of radio buttons comes as a list: its first is where a link leads.
function asControl(found) {
  if (found instanceof RadioNodeList) return found[0] ?? null;
  return found instanceof HTMLElement ? found : null;
}

function summaryOf(problem, entries, actions) {
  const list = entries.map(({ message, control }) => el('li', {}, control ? linkTo(control, message) : message));
  return el(
    'div',
    { class: 'govuk-error-summary', tabindex: '-1', dataset: { problem: problem.code } },
    el(
      'div',
      { role: 'alert' },
      el('h2', { class: 'govuk-error-summary__title' }, 'There is a problem'),
      el(
        'div',
        { class: 'govuk-error-summary__body' },
        list.length ? el('ul', { class: 'govuk-list govuk-error-summary__list' }, list) : el('p', {}, problem.says),
        actions,
        // Where fields are named, they say themselves what to type.
        !list.length && problem.page && el('p', {}, el('a', { class: 'govuk-link', href: problem.page }, 'What this means, and what to do')),
      ),
    ),
  );
}

function linkTo(control, message) {
  const follow = (event) => {
    event.preventDefault();
    const label = control.labels?.[0] ?? control;
    label.scrollIntoView();
    control.focus({ preventScroll: true });
  };
  return el('a', { href: `#${control.id}`, on: { click: follow } }, message);
}

function markField(control, message) {
  // The three parts of a day are one field.
  const day = control.closest('.govuk-date-input');
  const group = (day ?? control).closest('.govuk-form-group') ?? control.parentElement;
  group.classList.add('govuk-form-group--error');
  const id = `${control.id}-error`;
  if (document.getElementById(id)) return;
  const error = el('p', { class: 'govuk-error-message', id, dataset: { fieldError: '' } }, hiddenText('Error: '), message);
  const parts = control.closest('.govuk-input__wrapper, .govuk-date-input, .govuk-radios, .govuk-checkboxes') ?? control;
  parts.before(error);
  control.setAttribute('aria-invalid', 'true');
  control.setAttribute('aria-describedby', [control.getAttribute('aria-describedby'), id].filter(Boolean).join(' '));
  const kind = { TEXTAREA: 'textarea', SELECT: 'select' }[control.tagName] ?? 'input';
  if (control.type === 'checkbox' || control.type === 'radio') return;
  for (const each of day ? day.querySelectorAll('input') : [control]) each.classList.add(`govuk-${kind}--error`);
}

/** What to offer with a problem: signing in again without losing this page, or nothing. */
export function remedies(problem) {
  if (problem.status !== 401) return [];
  return [
    el(
      'p',
      {},
      'Your session has ended. ',
      el('a', { class: 'govuk-link', href: withReturn('/'), target: '_blank', rel: 'noopener' }, 'Sign in again in a new tab'),
      ', then come back here and try once more: what you typed is kept on this page.',
    ),
  ];
}

/**
 * Sends a form by `send(values)` instead of by the browser. While it is under way the buttons say so and a second press
 * does nothing. `values` are the form's fields by name.
 */
export function onSubmit(form, send, { controlFor = null, onProblem = null } = {}) {
  form.noValidate = true;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await whileBusy(form, async () => {
      try {
        await send(Object.fromEntries(new FormData(form)));
      } catch (problem) {
        if (problem.name !== 'Problem') throw problem;
        if (await onProblem?.(problem)) return;
        showProblem(problem, { form, controlFor, actions: remedies(problem) });
      }
    });
  });
}

/** Runs `work` once at a time for one element; a second call while it runs does nothing. */
export async function whileBusy(element, work) {
  if (element.getAttribute('aria-busy') === 'true') return;
  const buttons = element.matches('button') ? [element] : [...element.querySelectorAll('button:not([type="button"])')];
  element.setAttribute('aria-busy', 'true');
  for (const each of buttons) each.setAttribute('aria-disabled', 'true');
  try {
    await work();
  } finally {
    element.removeAttribute('aria-busy');
    for (const each of buttons) each.removeAttribute('aria-disabled');
  }
}

/**
 * Does what a button stands for, once at a time; what goes wrong fills the error summary. `onProblem(problem)` may answer
 * true: then it has dealt with it.
 */
export function orSay(control, work, { controlFor = null, onProblem = null } = {}) {
  return whileBusy(control, async () => {
    try {
      await work();
    } catch (problem) {
      if (problem.name !== 'Problem') throw problem;
      if (await onProblem?.(problem)) return;
      showProblem(problem, { controlFor, actions: remedies(problem) });
    }
  });
}

/** A number of its own for what a form creates: sent again, it creates nothing more. */
export function requestId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Fills a select with options {value, text}, and chooses one. */
export function fillSelect(select, options, chosen) {
  select.replaceChildren();
  return add(select, options.map(({ value, text }) => el('option', { value, selected: value === (chosen ?? '') }, text)));
}
