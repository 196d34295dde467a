// The schedule: what locks and is finalised when, how far each period is, and who paused a cycle.
import { get, post, withQuery } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, link, paragraph, show, tag, told, warningText } from '../dom.js';
import { textArea } from '../fields.js';
import { clearErrors, fillSelect, orSay } from '../forms.js';
import { count, instant, shortDate, shortDates, shortInstant } from '../format.js';
import { yearText } from '../order-view.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';
import { lifecycle } from '../words.js';

const COLUMNS = [{ label: 'Period' }, { label: 'State' }, { label: 'Statements' }, { label: 'Locks' }, { label: 'Finalised' }, { label: 'Pay date' }];
const asked = new URLSearchParams(location.search).get('financial_year');

start(load);

async function load() {
  const view = await get(withQuery('/api/council/payments', { financial_year: asked }));
  fillSelect(find('#financial_year'), view.financial_years.map((value) => ({ value, text: yearText(value) })), view.financial_year);
  show(find('[data-filters]'), view.financial_years.length > 1);
  fill(find('[data-region]'), view.cycles.length ? view.cycles.map((cycle) => section(cycle, view)) : paragraph('The council has sent no cycle of payment periods yet.'));
}

function section(cycle, view) {
  return el('section', { class: 'portal-apart', 'aria-labelledby': `cycle-${cycle.cycle_ref}` }, [
    el('h2', { class: 'govuk-heading-m', id: `cycle-${cycle.cycle_ref}` }, `Cycle ${cycle.cycle_ref}`),
    cycle.paused ? warningText(`Paused by ${cycle.paused.by} at ${instant(cycle.paused.at)}: ${cycle.paused.reason} Nothing of this cycle is finalised until it is resumed.`) : null,
    cycle.periods.length
      ? table({ caption: `${yearText(view.financial_year)}: ${count(cycle.periods.length, 'period')}`, columns: COLUMNS, rows: cycle.periods.map((period) => ({ cells: cells(cycle, period) })) })
      : paragraph('It has no period in this financial year.'),
    view.may_pause ? turning(cycle) : null,
    history(cycle),
  ]);
}

function cells(cycle, period) {
  const { word, colour } = lifecycle(period.state);
  const star = period.partially_finalised ? '*' : '';
  return [
    link(withQuery('/council/payments/period/', { cycle: cycle.cycle_ref, period: period.period_start }), shortDates(period.period_start, period.period_end)),
    [tag(`${word}${star}`, colour), star ? el('span', { class: 'portal-table__sub' }, '* partially finalised') : null],
    twoLines(count(period.contracts, 'contract'), period.finalised || period.locked ? `${period.finalised} finalised, ${period.locked} locked` : null),
    shortInstant(period.confirm_by),
    shortInstant(period.finalise_at),
    shortDate(period.pay_date),
  ];
}

function turning(cycle) {
  const first = el('div', { class: 'govuk-button-group portal-no-print' });
  const step = el('div', { class: 'portal-no-print' });
  const paused = Boolean(cycle.paused);
  const id = `reason-${cycle.cycle_ref}`;
  const words = textArea({ id, name: 'reason', label: paused ? 'Why it is resumed' : 'Why it is paused', rows: 3 });
  const text = paused ? 'Resume the schedule' : 'Pause the schedule';
  const ask = () => askAgain({
    first, step, title: `${text} of cycle ${cycle.cycle_ref}?`,
    content: [paragraph(paused ? 'What was due meanwhile is finalised with the next run, within 15 minutes.' : 'Statements still lock. Nothing is finalised, by the schedule or by hand, until somebody resumes it.'), words],
    yes: { text, kind: paused ? null : 'warning' },
  }, () => orSay(step, async () => {
    await post(`/api/council/payments/${encodeURIComponent(cycle.cycle_ref)}/${paused ? 'resumption' : 'pause'}`, { reason: words.querySelector('textarea').value });
    clearErrors();
    await load();
    told(paused ? `The schedule of cycle ${cycle.cycle_ref} goes on.` : `The schedule of cycle ${cycle.cycle_ref} is paused.`);
  }, { controlFor: () => document.getElementById(id) }));
  first.append(button(text, ask, { hidden: `of cycle ${cycle.cycle_ref}` }));
  return [first, step];
}

function history({ history: steps }) {
  if (!steps.length) return null;
  return el('details', { class: 'govuk-details' },
    el('summary', { class: 'govuk-details__summary' }, el('span', { class: 'govuk-details__summary-text' }, 'When it was paused and resumed')),
    el('div', { class: 'govuk-details__text' }, el('ul', { class: 'govuk-list govuk-list--bullet' }, steps.map(({ paused, by, at, reason }) => el('li', {}, `${paused ? 'Paused' : 'Resumed'} by ${by} at ${instant(at)}: ${reason}`)))));
}
