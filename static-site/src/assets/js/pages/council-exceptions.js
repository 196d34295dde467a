// Weeks in which more was delivered than is tolerated: pay all, pay part, or pay the plan, and say why.
import { age } from '../age.js';
import { askAgain } from '../ask.js';
import { button, el, paragraph, tag } from '../dom.js';
import { textArea, textInput } from '../fields.js';
import { count, money, quantity, shortDate } from '../format.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';
import { decision, queue } from '../waiting.js';
import { unit } from '../words.js';

const PATH = '/api/council/exceptions';
const load = (notice = null) => queue({ path: PATH, none: 'No week over tolerance waits for the council.', render, notice });

start(() => load());

function render(rows, more, view) {
  const columns = [{ label: 'Client' }, { label: 'Provider' }, { label: 'Week' }, { label: 'Planned and entered' }, { label: 'Held', numeric: true }, view.may_decide ? { label: 'Decide', plain: true } : null].filter(Boolean);
  return [
    paragraph(`A variation may be for ${count(view.variation_days_max, 'day')} and £${view.variation_pounds_max}. Beyond that, say why all is paid.`),
    table({ caption: `${count(rows.length, 'week')}${more ? ' so far' : ''}`, columns, rows: rows.map((row) => ({ cells: cells(row, view) })) }),
  ];
}

function cells(row, view) {
  return [
    twoLines(row.client || 'Client', `CPLI ${row.cpli_id}`),
    twoLines(row.provider_name, row.service),
    twoLines(shortDate(row.week_start), age(row.age_days)),
    twoLines(`${quantity(row.planned)} planned, ${quantity(row.entered)} entered`, `${quantity(row.over)} ${unit(row.unit)} beyond the plan`),
    [money(row.held_amount), row.beyond_limit ? el('span', { class: 'portal-table__sub' }, tag('Beyond the limit', 'orange')) : null],
    ...(view.may_decide ? [deciding(row, view)] : []),
  ];
}

function deciding(row, view) {
  const called = `the week of ${shortDate(row.week_start)} of CPLI ${row.cpli_id}`;
  const [first, step] = [el('div', { class: 'govuk-button-group' }), el('div')];
  const id = `${row.cpli_id}-${row.week_start}`;
  const words = textArea({ id: `reason-${id}`, name: 'reason', label: 'Why', hint: 'The provider reads this.', rows: 3 });
  const part = textInput({ id: `quantity-${id}`, name: 'quantity', label: `How many ${unit(row.unit)} are paid at most`, hint: 'Leave it empty to pay what was planned', className: 'govuk-input--width-5', attributes: { inputmode: 'decimal' } });
  const control = (field) => document.getElementById(`${field === 'quantity' ? 'quantity' : 'reason'}-${id}`);
  const of = { provider_ref: row.provider_ref, cpli_id: row.cpli_id, week_start: row.week_start };
  const decide = decision(step, PATH, { controlFor: control, after: load });
  const send = (what, notice) => decide({ ...of, decision: what, quantity: control('quantity')?.value.trim() || null, reason: control('reason')?.value ?? '' }, notice);
  const said = 'It leaves this list within minutes.';
  first.append(
    button('Pay all', () => askAgain({ first, step, level: 'h2', title: `Pay all of ${called}?`, content: [paragraph(`${money(row.held_amount)} is released.`), row.beyond_limit ? paragraph(`It is more than a variation may come to (£${view.variation_pounds_max}).`) : null, words], yes: { text: 'Pay all' } }, () => send('approve', `All of ${called} is paid. ${said}`)), { kind: null, hidden: `of ${called}` }),
    button('Pay part', () => askAgain({ first, step, level: 'h2', title: `Pay part of ${called}?`, content: [part, words], yes: { text: 'Pay part' } }, () => send('cap', `Part of ${called} is paid. ${said}`)), { hidden: `of ${called}` }),
    button('Decline', () => askAgain({ first, step, level: 'h2', title: `Decline ${called}?`, content: [paragraph('What is held of that week is never paid. Its provider reads your reason.'), words], yes: { text: 'Decline', kind: 'warning' } }, () => send('reject', `What is held of ${called} is never paid. ${said}`)), { hidden: called }),
  );
  return [first, step];
}
