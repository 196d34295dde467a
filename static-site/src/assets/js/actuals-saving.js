// Saves weeks as they are typed: one after the other for a CPLI, because its weeks are one record; again when the network
// was lost; and never over what somebody else entered without asking.

import { put } from './api.js';
import { recorded, same } from './actuals-period.js';

const AFTER_TYPING_MILLISECONDS = 1_200;
const AGAIN_MILLISECONDS = [2_000, 5_000, 10_000, 30_000];
// Somebody else may save other weeks of the same CPLI at the same time.
const RACES_MAX = 5;

export class Saver {
  /** `api`: the period's address. `changed(entry)`: something about it is to be shown. `readAgain()`: reads the period. */
  constructor({ api, period, changed, readAgain }) {
    Object.assign(this, { api, period, changed, readAgain, tries: 0, again: null, savedAt: null });
    this.queues = new Map();
    addEventListener('online', () => this.tryNow());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.tryNow());
    addEventListener('beforeunload', (event) => this.unsaved.length && event.preventDefault());
  }

  /** Entries that are not saved. */
  get unsaved() {
    return this.period.entries.filter((entry) => entry.dirty);
  }

  /** Something was typed. */
  typed(entry) {
    clearTimeout(entry.timer);
    entry.save = entry.dirty ? { state: 'typed' } : { state: 'quiet' };
    if (entry.dirty && entry.complete) entry.timer = setTimeout(() => this.save(entry), AFTER_TYPING_MILLISECONDS);
    this.changed(entry);
  }

  /** The row was left. */
  left(entry) {
    if (entry.dirty && entry.save.state === 'typed') this.save(entry);
  }

  /** Saves one, after what is under way for its CPLI. */
  save(entry) {
    clearTimeout(entry.timer);
    if (entry.queued) return entry.queued;
    const id = entry.line.cpli_id;
    entry.queued = (this.queues.get(id) ?? Promise.resolve()).then(() => this.send(entry));
    this.queues.set(id, entry.queued);
    return entry.queued;
  }

  /** Saves all that can be; gives whether nothing is left. */
  async flush() {
    await Promise.all(this.unsaved.filter(({ save }) => save.state !== 'conflict').map((entry) => this.save(entry)));
    await Promise.all(this.queues.values());
    return this.unsaved.length === 0;
  }

  /** Tries now what waits for the network or for somebody to sign in. */
  tryNow() {
    clearTimeout(this.again);
    for (const entry of this.unsaved) if (['waiting', 'signed-out'].includes(entry.save.state)) this.save(entry);
  }

  async send(entry, races = 0) {
    entry.queued = null;
    if (!entry.dirty) return;
    if (entry.overtaken) return this.conflict(entry, null);
    const { typed } = entry;
    entry.save = { state: 'saving' };
    this.changed(entry);
    try {
      const answer = await put(`${this.api}/weeks/${encodeURIComponent(entry.line.cpli_id)}/${entry.week.week_start}`, entry.body());
      this.accept(entry, typed, answer);
    } catch (problem) {
      if (problem.name !== 'Problem') throw problem;
      if (problem.code === 'week-changed' && races < RACES_MAX) return this.changedElsewhere(entry, problem, races);
      this.refuse(entry, problem);
    }
    this.changed(entry);
  }

  accept(entry, typed, answer) {
    this.tries = 0;
    this.period.adoptWeek(entry, answer);
    entry.rebase();
    this.settle(entry, typed);
  }

  settle(entry, typed) {
    this.savedAt = new Date();
    // Somebody may have typed on meanwhile.
    if (entry.typed === typed || same(entry.fields, recorded(entry.week))) {
      entry.typed = null;
      entry.save = { state: 'saved', at: this.savedAt };
    } else {
      this.typed(entry);
    }
  }

  refuse(entry, problem) {
    if (problem.status === 401) {
      entry.save = { state: 'signed-out', problem };
    } else if (problem.mayBeTriedAgain) {
      entry.save = { state: 'waiting', problem };
      clearTimeout(this.again);
      this.again = setTimeout(() => this.tryNow(), AGAIN_MILLISECONDS[Math.min(this.tries, AGAIN_MILLISECONDS.length - 1)]);
      this.tries += 1;
    } else {
      entry.save = { state: 'refused', problem };
    }
  }

  // Another week of the CPLI was saved, or this one: only then is there something to choose.
  async changedElsewhere(entry, problem, races) {
    const { typed } = entry;
    try {
      await this.readAgain();
    } catch (failure) {
      if (failure.name !== 'Problem') throw failure;
      this.refuse(entry, failure);
      return this.changed(entry);
    }
    if (entry.overtaken) return this.conflict(entry, problem);
    if (!same(recorded(entry.week), typed)) return this.send(entry, races + 1);
    this.settle(entry, typed);
    return this.changed(entry);
  }

  conflict(entry, problem) {
    entry.save = { state: 'conflict', problem };
    this.changed(entry);
  }

  /** Of a conflict: what somebody else entered stays. */
  keepTheirs(entry) {
    entry.typed = null;
    entry.save = { state: 'quiet' };
    this.changed(entry);
  }

  /** Of a conflict: what was typed here replaces it. */
  keepMine(entry) {
    entry.rebase();
    entry.save = { state: 'typed' };
    return this.save(entry);
  }
}
