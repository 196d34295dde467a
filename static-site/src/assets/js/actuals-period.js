// A period of actuals while it is on the page: what the server has recorded, and beside it what is typed.

import { preview } from './exact.js';
import { isNegative, quantity, sum } from './format.js';

/** What can be typed of a week, in the order of the columns. */
export const QUANTITIES = ['actual', 'frustrated', 'missed', 'extra'];
const FIELDS = [...QUANTITIES, 'visits', 'reason_code', 'comment'];

/**
 * One CPLI in one week. `typed` is null as long as it says what is recorded, `base` is what was recorded when typing
 * began, `save` is how saving it stands.
 */
export class Entry {
  constructor(service, line, week) {
    Object.assign(this, { service, line, week, typed: null, base: null, save: { state: 'quiet' } });
  }

  /** Who it is about. */
  get name() {
    return `${this.line.client ?? `SSRef ${this.line.ss_ref}`}, CPLI ${this.line.cpli_id}`;
  }

  /** What the fields say: what was typed, or what is recorded. */
  get fields() {
    return this.typed ?? recorded(this.week);
  }

  get dirty() {
    return this.typed !== null;
  }

  /** Whether something else was recorded since typing began. */
  get overtaken() {
    return this.dirty && !same(this.base, recorded(this.week)) && !same(this.typed, recorded(this.week));
  }

  /** What is recorded now is known to whoever types. */
  rebase() {
    this.base = recorded(this.week);
  }

  /** Whether somebody has to enter something before the period can be confirmed. */
  get missing() {
    return this.week.active && !this.week.future && !this.week.recorded;
  }

  /** Takes what was typed into one field. */
  type(field, value) {
    this.base = this.typed ? this.base : recorded(this.week);
    const typed = { ...this.fields, [field]: value };
    this.typed = same(typed, this.base) && !this.overtaken ? null : typed;
  }

  /**
   * What it comes to as it is typed; null if nothing is or if it is no number yet. `owed` is what counts for the period:
   * nothing of what will be held.
   */
  preview() {
    const { service, line, week, fields } = this;
    if (fields.actual === '') return null;
    const found = preview({ planned: week.planned, ...fields }, { ...service, unit_price: week.unit_price ?? line.unit_price });
    if (!found) return null;
    const held = found.over > 0n && !week.decision;
    return { ...found, held, cost: found.owed, owed: held ? '0.00' : found.owed };
  }

  /** Whether what is typed can be meant as it is: then it is saved without waiting for the field to be left. */
  get complete() {
    const found = this.preview();
    return found !== null && found.unexplained === 0n && !(found.differs && !this.fields.reason_code);
  }

  /** What is sent. */
  body() {
    const { actual, frustrated, missed, extra, visits, reason_code: reason, comment } = this.fields;
    const count = visits.trim();
    return {
      actual: actual.trim(),
      frustrated: frustrated.trim() || '0',
      missed: missed.trim() || '0',
      extra: extra.trim() || '0',
      visits: /^\d{1,9}$/.test(count) ? Number(count) : count || null,
      reason_code: reason || null,
      comment: comment.trim() || null,
      version: this.week.version,
    };
  }
}

/** What the fields say of a recorded week; a nought that says nothing is left out. */
export function recorded(week) {
  const number = (value) => (/[1-9]/.test(String(value ?? '')) ? quantity(value) : '');
  return {
    actual: week.recorded ? quantity(week.actual) : '',
    frustrated: week.recorded ? number(week.frustrated) : '',
    missed: week.recorded ? number(week.missed) : '',
    extra: week.recorded ? number(week.extra) : '',
    visits: week.recorded && week.visits !== null && week.visits !== undefined ? String(week.visits) : '',
    reason_code: (week.recorded && week.reason_code) || '',
    comment: (week.recorded && week.comment) || '',
  };
}

/** Whether two say the same. */
export function same(one, other) {
  return FIELDS.every((field) => meant(field, one[field]) === meant(field, other[field]));
}

function meant(field, value) {
  const text = value.trim();
  if (field === 'actual') return /\.\d/.test(text) ? quantity(text) : text;
  return QUANTITIES.includes(field) ? (/[1-9]/.test(text) ? quantity(text) : text.replace(/^0+(\.0*)?$/, '')) : text;
}

/** The period: {view, entries}. */
export class Period {
  constructor(view) {
    this.entries = view.services.flatMap((service) =>
      service.lines.flatMap((line) => line.weeks.map((week) => new Entry(service, line, week))));
    this.byKey = new Map(this.entries.map((entry) => [key(entry.line.cpli_id, entry.week.week_start), entry]));
    this.view = view;
  }

  entry(cpli, week) {
    return this.byKey.get(key(cpli, week));
  }

  /** Takes what the server says now, and keeps what is typed. */
  adopt(view) {
    for (const service of view.services) {
      for (const line of service.lines) for (const week of line.weeks) Object.assign(this.entry(line.cpli_id, week.week_start)?.week ?? {}, week);
    }
    this.view = { ...view, services: this.view.services };
  }

  /** Takes the server's answer to one saved week. */
  adoptWeek(entry, { week, totals, can_submit: canSubmit, missing }) {
    Object.assign(entry.week, week);
    // The weeks of a CPLI are one record: they share its version.
    for (const each of entry.line.weeks) each.version = entry.week.version;
    Object.assign(this.view, { totals: totals ?? this.view.totals, can_submit: canSubmit ?? this.view.can_submit, missing: missing ?? this.view.missing });
  }

  /** What is owed altogether, with what is typed and not yet saved. */
  owed() {
    const typed = this.entries.filter((entry) => entry.dirty).flatMap((entry) => {
      const found = entry.preview();
      return found ? [found.owed, negated(entry.week.owed ?? '0.00')] : [];
    });
    return sum([this.view.totals.owed, ...typed]);
  }

  /** What has no entry yet, the earliest week first. */
  get missing() {
    const found = this.entries.filter((entry) => entry.missing);
    return found.sort((one, other) => (one.week.week_start < other.week.week_start ? -1 : Number(one.week.week_start > other.week.week_start)));
  }
}

const key = (cpli, week) => `${cpli}|${week}`;
const negated = (amount) => (isNegative(amount) ? String(amount).slice(1) : `-${amount}`);
