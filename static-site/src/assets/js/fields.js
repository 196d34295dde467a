// Fields of a form, as GOV.UK Frontend lays them out, built where the page learns what to ask.

import { Problem } from './api.js';
import { add, el } from './dom.js';

const described = (...ids) => ids.filter(Boolean).join(' ') || null;

/** A control with its label and hint. */
export function group({ id, label, hint = null, labelClass = 'govuk-label--s' }, ...content) {
  return el('div', { class: 'govuk-form-group' }, [
    el('label', { class: `govuk-label ${labelClass}`.trim(), for: id }, label),
    hint && el('div', { class: 'govuk-hint', id: `${id}-hint` }, hint),
    ...content,
  ]);
}

/** A line to type. `prefix` stands before it, like "£". */
export function textInput({ id, name = id, label, hint = null, value = '', className = '', prefix = null, labelClass = undefined, attributes = {} }) {
  const input = el('input', { class: `govuk-input ${className}`.trim(), id, name, type: 'text', 'aria-describedby': described(hint && `${id}-hint`), ...attributes });
  input.value = value ?? '';
  return group({ id, label, hint, labelClass }, prefix ? el('div', { class: 'govuk-input__wrapper' }, el('div', { class: 'govuk-input__prefix', 'aria-hidden': 'true' }, prefix), input) : input);
}

/** Several lines to type. With `lengthMax` it says how many characters are left. */
export function textArea({ id, name = id, label, hint = null, value = '', rows = 5, lengthMax = null, labelClass = undefined }) {
  const area = el('textarea', { class: `govuk-textarea${lengthMax ? ' govuk-!-margin-bottom-1' : ''}`, id, name, rows, 'aria-describedby': described(hint && `${id}-hint`, lengthMax && `${id}-left`) });
  area.value = value ?? '';
  if (!lengthMax) return group({ id, label, hint, labelClass }, area);
  const left = el('div', { class: 'govuk-hint govuk-!-margin-bottom-0', id: `${id}-left` });
  let told = null;
  const spoken = el('div', { class: 'govuk-visually-hidden', 'aria-live': 'polite' });
  const update = () => {
    // As the server counts: characters, not the halves that some of them are stored in.
    const rest = lengthMax - [...area.value].length;
    const text = rest < 0 ? `You have ${(-rest).toLocaleString('en-GB')} characters too many` : `You have ${rest.toLocaleString('en-GB')} characters remaining`;
    left.textContent = text;
    left.classList.toggle('portal-over', rest < 0);
    clearTimeout(told);
    told = setTimeout(() => { spoken.textContent = rest < lengthMax / 10 ? text : ''; }, 1000);
  };
  area.addEventListener('input', update);
  update();
  return group({ id, label, hint, labelClass }, area, left, spoken);
}

/** One of a list. Options are {value, text}. */
export function selectInput({ id, name = id, label, hint = null, options = [], value = '', labelClass = undefined }) {
  const select = el('select', { class: 'govuk-select', id, name, 'aria-describedby': described(hint && `${id}-hint`) },
    options.map((option) => el('option', { value: option.value, selected: option.value === (value ?? '') }, option.text)));
  return group({ id, label, hint, labelClass }, select);
}

function choices(kind, { id, name = id, legend, hint = null, options, chosen, small = false }) {
  return el('div', { class: 'govuk-form-group' }, el('fieldset', { class: 'govuk-fieldset', id: `${id}-group`, 'aria-describedby': described(hint && `${id}-hint`) }, [
    el('legend', { class: 'govuk-fieldset__legend govuk-fieldset__legend--s' }, legend),
    hint && el('div', { class: 'govuk-hint', id: `${id}-hint` }, hint),
    el('div', { class: `govuk-${kind}${small ? ` govuk-${kind}--small` : ''}` }, options.map(({ value, text, hint: own = null }, index) => {
      const each = index === 0 ? id : `${id}-${index + 1}`;
      const hintId = `${id}-option-${index + 1}-hint`;
      return el('div', { class: `govuk-${kind}__item` }, [
        el('input', { class: `govuk-${kind}__input`, type: kind === 'radios' ? 'radio' : 'checkbox', id: each, name, value, checked: chosen.includes(value), 'aria-describedby': described(own && hintId) }),
        el('label', { class: `govuk-label govuk-${kind}__label`, for: each }, text),
        own && el('div', { class: `govuk-hint govuk-${kind}__hint`, id: hintId }, own),
      ]);
    })),
  ]));
}

/** One of a few. Options are {value, text, hint}. */
export function radios({ value = null, ...more }) {
  return choices('radios', { ...more, chosen: value === null ? [] : [value] });
}

/** Any of a few. Options are {value, text, hint}. */
export function checkboxes({ values = [], ...more }) {
  return choices('checkboxes', { ...more, chosen: values });
}

/** The values that are ticked, or chosen, under a name. */
export function chosen(form, name) {
  return [...form.querySelectorAll(`input[name="${CSS.escape(name)}"]:checked`)].map(({ value }) => value);
}

/** A day, typed in three parts. Its value is read by [`dayIn`]; a problem leads to its first part. */
export function dayInput({ id, name = id, legend, hint = 'For example, 27 11 2026', value = '' }) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value ?? '');
  const [day, month, year] = parts ? [String(Number(parts[3])), String(Number(parts[2])), parts[1]] : ['', '', ''];
  const part = (key, text, width, now) => {
    const own = key === 'day' ? id : `${id}-${key}`;
    const input = el('input', { class: `govuk-input govuk-date-input__input govuk-input--width-${width}`, id: own, name: key === 'day' ? name : `${name}-${key}`, type: 'text', inputmode: 'numeric', autocomplete: 'off', dataset: { part: key } });
    input.value = now;
    return el('div', { class: 'govuk-date-input__item' }, el('div', { class: 'govuk-form-group' }, el('label', { class: 'govuk-label govuk-date-input__label', for: own }, text), input));
  };
  return el('div', { class: 'govuk-form-group', dataset: { day: id } }, el('fieldset', { class: 'govuk-fieldset', role: 'group', 'aria-describedby': described(hint && `${id}-hint`) }, [
    el('legend', { class: 'govuk-fieldset__legend govuk-fieldset__legend--s' }, legend),
    hint && el('div', { class: 'govuk-hint', id: `${id}-hint` }, hint),
    el('div', { class: 'govuk-date-input' }, part('day', 'Day', 2, day), part('month', 'Month', 2, month), part('year', 'Year', 4, year)),
  ]));
}

/** Puts another day into a field that [`dayInput`] made. */
export function setDay(element, iso) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso ?? '');
  if (!parts) return;
  const [day, month, year] = element.querySelectorAll('[data-part]');
  [day.value, month.value, year.value] = [String(Number(parts[3])), String(Number(parts[2])), parts[1]];
}

const partsOf = (id) => [...document.querySelectorAll(`[data-day="${CSS.escape(id)}"] [data-part]`)];

/**
 * The day typed into the parts of `id` as "2026-11-27"; null if nothing was typed. What is no day is a problem, worded
 * with `what` ("The due date"), as the API would put it.
 */
export function dayIn(id, what, field = id) {
  const [day, month, year] = partsOf(id).map(({ value }) => value.trim());
  if (!day && !month && !year) return null;
  const iso = isoDay(day, month, year);
  if (iso) return iso;
  throw new Problem({ status: 422, code: 'not-a-day', title: 'Check the date', errors: [{ field, message: `${what} must be a real date` }] });
}

/** "2026-11-05" from what was typed as 5, 11 (or Nov) and 2026 (or 26); null if there is no such day. */
export function isoDay(day, month, year) {
  const names = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
  const named = names.indexOf(month.toLowerCase().slice(0, 3));
  const number = named >= 0 && /^[a-z]{3,9}\.?$/i.test(month) ? named + 1 : /^\d{1,2}$/.test(month) ? Number(month) : 0;
  const whole = /^\d{4}$/.test(year) ? Number(year) : /^\d{2}$/.test(year) ? 2000 + Number(year) : 0;
  if (!/^\d{1,2}$/.test(day) || number < 1 || number > 12 || whole < 1900) return null;
  const last = new Date(Date.UTC(whole, number, 0)).getUTCDate();
  if (Number(day) < 1 || Number(day) > last) return null;
  return `${whole}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** Takes what is in `group` apart and puts `content` in its place, keeping what was typed under the same names. */
export function refill(group, ...content) {
  const kept = new Map([...group.querySelectorAll('input, textarea, select')].filter(({ type }) => !['radio', 'checkbox'].includes(type)).map(({ id, value }) => [id, value]));
  group.replaceChildren();
  add(group, content);
  for (const control of group.querySelectorAll('input, textarea, select')) {
    const value = kept.get(control.id);
    if (value) control.value = value;
  }
}
