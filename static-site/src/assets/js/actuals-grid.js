// The weeks of a service as a table to type into: a row for each CPLI, what it comes to, and below it what else is needed.

import { Entry, QUANTITIES } from './actuals-period.js';
import { decimalText } from './exact.js';
import { button, el, fill, hiddenText, tag } from './dom.js';
import { money, quantity, shortDate } from './format.js';
import { table } from './table.js';
import { unit, week as weekWord } from './words.js';

const LABELS = { actual: 'Actual', frustrated: 'Frustrated', missed: 'Missed', extra: 'Extra', visits: 'Visits' };

/** The columns that can be typed into for a service. */
function typedColumns({ extras, visits_required: visits }) {
  return [...QUANTITIES.filter((name) => name !== 'extra' || extras), ...(visits ? ['visits'] : [])];
}

/**
 * A table of `entries` of one service in one week. `period` has the reasons; `on` is {type(entry, field, value),
 * left(entry), theirs(entry), mine(entry)}. Gives {element, rows}: a row is {entry, refresh()}.
 */
export function weekTable({ service, week, entries, reasons, editable, on }) {
  const names = typedColumns(service);
  const columns = [
    { label: 'Client', className: 'portal-week__who' },
    { label: 'Planned', numeric: true, className: 'portal-week__figure' },
    ...names.map((name) => ({ label: LABELS[name], numeric: true, className: 'portal-week__figure' })),
    { label: 'Owed', numeric: true, className: 'portal-week__money' },
    { label: 'State', className: 'portal-week__state' },
  ];
  const rows = entries.map((entry) => new Row({ entry, names, columns, reasons, editable: editable && entry.week.active && !entry.week.future, on }));
  const caption = [service.name, hiddenText(`, week of ${shortDate(week)}`), el('span', { class: 'portal-week__unit' }, ` in ${unit(service.unit)}`)];
  const element = table({ caption, columns, rows: rows.map((row) => row.parts), className: 'portal-week' });
  for (const row of rows) row.refresh();
  return { element, rows };
}

let ids = 0;

class Row {
  constructor({ entry, names, columns, reasons, editable, on }) {
    ids += 1;
    Object.assign(this, { entry, names, columns, reasons, editable, on, id: `week-${ids}`, inputs: {} });
    this.owed = el('span', { class: 'portal-table__strong' });
    this.state = el('div');
    this.tr = null;
    this.below = el('tr', { class: 'govuk-table__row portal-table__extra', role: 'row', hidden: true }, el('td', { class: 'govuk-table__cell', role: 'cell', colspan: columns.length }));
    entry.row = this;
    this.parts = { cells: this.cells(), extra: this.below, className: 'portal-week__row' };
    this.below.addEventListener('focusout', (event) => this.leave(event));
  }

  cells() {
    const { line, week } = this.entry;
    return [
      [
        line.client || `SSRef ${line.ss_ref}`,
        el('span', { class: 'portal-table__sub' }, [line.client && `SSRef ${line.ss_ref}`, `CPLI ${line.cpli_id}`].filter(Boolean).join(' · ')),
        line.service_level && el('span', { class: 'portal-table__sub' }, line.service_level),
      ],
      quantity(week.planned),
      ...this.names.map((name) => (this.editable ? this.input(name) : quantity(this.entry.fields[name] || (week.recorded && name !== 'visits' ? '0' : '-')))),
      this.owed,
      this.state,
    ];
  }

  input(name) {
    const input = el('input', {
      class: 'govuk-input portal-week__input',
      type: 'text',
      inputmode: name === 'visits' ? 'numeric' : 'decimal',
      autocomplete: 'off',
      spellcheck: 'false',
      id: `${this.id}-${name}`,
      'aria-label': `${LABELS[name]}, ${this.entry.name}`,
      dataset: { column: name },
    });
    input.value = this.entry.fields[name];
    input.addEventListener('input', () => this.on.type(this.entry, name, input.value));
    input.addEventListener('focusout', (event) => this.leave(event));
    this.inputs[name] = input;
    return input;
  }

  // Only who leaves the row is done with it.
  leave({ relatedTarget: to }) {
    this.tr ??= this.below.previousElementSibling;
    if (to && (this.tr.contains(to) || this.below.contains(to))) return;
    this.on.left(this.entry);
  }

  /** Leaves it out of what is shown, or not. */
  hide(hidden) {
    this.tr ??= this.below.previousElementSibling;
    this.tr.hidden = hidden;
    this.hidden = hidden;
    this.showBelow();
  }

  showBelow() {
    this.below.hidden = Boolean(this.hidden) || !this.more;
    this.below.previousElementSibling?.classList.toggle('portal-table__row--open', !this.below.hidden);
  }

  /** The first field, or the one that the server names. */
  control(field = 'actual') {
    const name = field.toLowerCase().replace(/[^a-z]/g, '');
    const found = { reasoncode: this.reason, comment: this.comment }[name] ?? this.inputs[name];
    return found ?? this.inputs.actual ?? null;
  }

  /** Puts back what was there when the field was entered. */
  restore(name) {
    const before = this.entry.base ?? this.entry.fields;
    this.inputs[name].value = before[name];
    this.on.type(this.entry, name, before[name]);
  }

  refresh() {
    const { entry } = this;
    const found = entry.dirty ? entry.preview() : null;
    for (const [name, input] of Object.entries(this.inputs)) {
      if (document.activeElement !== input && input.value !== entry.fields[name]) input.value = entry.fields[name];
    }
    fill(this.owed, entry.dirty ? (found ? money(found.cost) : '-') : entry.week.recorded ? money(entry.week.owed) : '-');
    fill(this.state, stateOf(entry));
    this.refreshBelow(found);
  }

  refreshBelow(found) {
    const { entry } = this;
    const cell = this.below.firstElementChild;
    const differs = this.editable && (found ?? entry.preview())?.differs;
    if (differs && !this.explain) this.explain = this.explanation();
    if (this.explain) {
      this.explain.hidden = !differs;
      if (document.activeElement !== this.reason) this.reason.value = entry.fields.reason_code;
      if (document.activeElement !== this.comment) this.comment.value = entry.fields.comment;
    }
    this.messages ??= el('div', { id: `${this.id}-messages` });
    const hinted = this.editable ? hints(entry, found) : [];
    const messages = this.editable ? [...hinted, ...this.problems(), this.choice()].filter(Boolean) : this.read();
    fill(this.messages, messages);
    if (!cell.hasChildNodes() && (this.explain || messages.length)) cell.append(this.messages);
    if (this.explain && !cell.contains(this.explain)) cell.append(this.explain);
    this.more = Boolean(differs || messages.length);
    this.showBelow();
    this.mark(hinted.length > 0);
  }

  // Why it was different, and a word about it.
  explanation() {
    const id = `${this.id}-reason`;
    const options = [el('option', { value: '' }, 'Choose a reason'), ...this.reasons.codes.map(({ code, text }) => el('option', { value: code }, text))];
    this.reason = el('select', { class: 'govuk-select', id, on: { change: () => this.on.type(this.entry, 'reason_code', this.reason.value) } }, options);
    this.comment = el('input', { class: 'govuk-input', id: `${this.id}-comment`, type: 'text', maxlength: 500, autocomplete: 'off', on: { input: () => this.on.type(this.entry, 'comment', this.comment.value) } });
    this.reason.value = this.entry.fields.reason_code;
    this.comment.value = this.entry.fields.comment;
    const about = hiddenText(`, ${this.entry.name}`);
    return el(
      'div',
      { class: 'portal-week__why' },
      el('div', {}, el('label', { class: 'govuk-label', for: id }, 'Reason for the difference', about), this.reason),
      el('div', {}, el('label', { class: 'govuk-label', for: this.comment.id }, this.reasons.commentNeeded ? 'Comment' : 'Comment (optional)', about.cloneNode(true)), this.comment),
    );
  }

  // What the server said about it.
  problems() {
    const { save } = this.entry;
    if (save.state !== 'refused') return [];
    const errors = save.problem.errors.length ? save.problem.errors : [{ field: 'actual', message: save.problem.says }];
    return errors.map(({ message, code }, index) => el('p', { class: 'govuk-error-message', id: `${this.id}-problem-${index}` }, hiddenText('Error: '), message, code && ` (${code})`));
  }

  // Each field says which messages are about it; what is left over is about the first.
  mark(hinted) {
    const { save } = this.entry;
    const controls = [...Object.values(this.inputs), this.reason, this.comment].filter(Boolean);
    const about = new Map();
    if (save.state === 'refused') {
      const errors = save.problem.errors.length ? save.problem.errors : [{ field: 'actual' }];
      errors.forEach(({ field }, index) => {
        const control = this.control(field);
        if (control) about.set(control, [...(about.get(control) ?? []), `${this.id}-problem-${index}`]);
      });
    }
    for (const control of controls) {
      const ids = about.get(control);
      control.classList.toggle(control.tagName === 'SELECT' ? 'govuk-select--error' : 'govuk-input--error', Boolean(ids));
      if (ids) {
        control.setAttribute('aria-invalid', 'true');
        control.setAttribute('aria-describedby', ids.join(' '));
      } else {
        control.removeAttribute('aria-invalid');
        if (hinted && control === this.inputs.actual) control.setAttribute('aria-describedby', this.messages.id);
        else control.removeAttribute('aria-describedby');
      }
    }
  }

  // What somebody else entered, beside what was typed here.
  choice() {
    const { entry } = this;
    if (entry.save.state !== 'conflict') return null;
    const said = entry.save.problem?.says;
    return el(
      'div',
      { class: 'portal-week__choice', role: 'group', 'aria-label': `Two entries for ${entry.name}` },
      el('p', { class: 'govuk-body' }, el('strong', {}, 'Somebody else entered this week while you were typing.'), said ? ` ${said}` : ''),
      el('dl', { class: 'portal-week__both' }, pair('They entered', this.inWords(new Entry(entry.service, entry.line, entry.week))), pair('You typed', this.inWords(entry))),
      el('div', { class: 'govuk-button-group' }, [
        button('Keep theirs', () => this.on.theirs(entry), { hidden: `for ${entry.name}` }),
        button('Save mine instead', () => this.on.mine(entry), { hidden: `for ${entry.name}` }),
      ]),
    );
  }

  inWords({ fields, service }) {
    const parts = typedColumns(service).map((name) => fields[name] && `${LABELS[name].toLowerCase()} ${fields[name]}`);
    return [...parts, this.reasonText(fields.reason_code), fields.comment && `“${fields.comment}”`].filter(Boolean).join(', ') || 'nothing';
  }

  reasonText(code) {
    return this.reasons.codes.find((each) => each.code === code)?.text ?? code;
  }

  // For who only looks: why it was different.
  read() {
    const { reason_code: code, comment } = this.entry.fields;
    const reason = this.reasonText(code);
    return reason || comment ? [el('p', { class: 'govuk-body-s' }, [reason, comment].filter(Boolean).join(': '))] : [];
  }
}

const pair = (term, text) => el('div', {}, el('dt', {}, term), el('dd', {}, text));

// What will have to be said or will happen, while it is typed.
function hints({ dirty, service, week, fields }, found) {
  if (!dirty || !found) return [];
  const say = (text) => el('p', { class: 'govuk-body-s portal-week__hint' }, text);
  const what = unit(service.unit);
  const texts = [];
  if (found.unexplained > 0n) {
    texts.push(`${decimalText(found.unexplained)} of the ${quantity(week.planned)} planned ${what} is left over. Say how much of it was frustrated (the client did not take it) or missed (you did not come).`);
  } else if (found.unexplained < 0n && service.extras) {
    texts.push(`That is ${decimalText(-found.unexplained)} more than planned. Enter it as extra.`);
  } else if (found.unexplained < 0n) {
    texts.push(`That is ${decimalText(-found.unexplained)} more ${what} than the plan leaves. Extra is not allowed for this service: ask the council for a variation.`);
  }
  if (found.held && found.unexplained === 0n) texts.push(`${decimalText(found.over)} ${what} over what was commissioned: held until the council agrees.`);
  if (['invoiced', 'paid'].includes(week.state) && fields) texts.push(`This week is already ${weekWord(week.state).word.toLowerCase()}. A change makes a correction on your next invoice or credit note.`);
  return texts.map(say);
}

function stateOf(entry) {
  const { week, save } = entry;
  const { word, colour } = weekWord(week.state);
  const sub = (text) => el('span', { class: 'portal-table__sub' }, text);
  return [
    week.future ? tag('Not begun', 'grey') : tag(word, colour),
    week.late && week.recorded ? sub('Entered after the deadline: paid in a later window') : null,
    week.held ? sub(`${money(week.held.amount)} – ${week.held.reason}`) : null,
    week.decision && !week.held ? sub(decisionText(week.decision)) : null,
    week.income && /[1-9]/.test(week.income) ? sub(`${money(week.income)} contribution that you collect`) : null,
    saveText(save),
  ];
}

function decisionText({ kind, quantity: agreed, reason }) {
  const words = { approve: 'The council agreed', cap: `The council agreed to ${quantity(agreed)}`, reject: 'The council did not agree' };
  return `${words[kind] ?? kind}${reason ? `: ${reason}` : ''}`;
}

const SAVES = {
  typed: 'Not saved yet',
  saving: 'Saving…',
  waiting: 'Not saved: trying again',
  'signed-out': 'Not saved: sign in again',
  refused: 'Not saved',
  conflict: 'Not saved: choose one',
  saved: 'Saved',
};

function saveText({ state }) {
  return SAVES[state] ? el('span', { class: `portal-table__sub portal-week__save portal-week__save--${state}` }, SAVES[state]) : null;
}

/** Keys in the cells of `region`: up, down and Enter move in the column, Escape puts back what was there. */
export function gridKeys(region) {
  region.addEventListener('keydown', (event) => {
    const { target: input } = event;
    const name = input.dataset?.column;
    if (!name || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
    if (step) {
      event.preventDefault();
      move(region, input, name, step);
    } else if (event.key === 'Escape') {
      region.dispatchEvent(new CustomEvent('restore', { detail: input }));
      input.select();
    }
  });
}

function move(region, input, name, step) {
  const cells = [...region.querySelectorAll(`input[data-column="${name}"]`)].filter((each) => !each.closest('tr').hidden);
  const next = cells[cells.indexOf(input) + step];
  if (!next) return;
  next.focus();
  next.select();
}

