// Actuals: for each contract its periods, what is open, by when, what is missing, held or late.
import { get, withQuery } from '../api.js';
import { el, fill, find, hiddenText, link, paragraph, tag } from '../dom.js';
import { count, instant, money, quantity, shortDates, shortInstant } from '../format.js';
import { start } from '../page.js';
import { table } from '../table.js';
import { setTitle } from '../title.js';
import { actualsPeriod, actualsWord } from '../words.js';

const COLUMNS = [
  { label: 'Period' },
  { label: 'State' },
  { label: 'Weeks entered' },
  { label: 'Confirm by' },
  { label: 'Owed', numeric: true },
  { label: 'Held', numeric: true },
  { label: 'What you can do', className: 'portal-periods__actions', plain: true },
];

start(async () => {
  const { kind, can_enter: mayEnter, contracts = [] } = await get('/api/actuals');
  const word = actualsWord(kind);
  setTitle(word);
  for (const each of document.querySelectorAll('[data-word="actuals"]')) each.textContent = word;
  fill(
    find('[data-region]'),
    mayEnter ? null : paragraph('You can look at these. Somebody with the role “enter actuals” can enter them.'),
    contracts.length ? contracts.map(contractTable) : paragraph('No contract of this provider is paid by what was delivered. What you are paid by schedule is under ', link('/scheduled-payments/', 'Scheduled payments'), '.'),
  );
});

function contractTable({ contract_ref: ref, name, periods = [] }) {
  const heading = `${name ?? ref} (${ref})`;
  if (!periods.length) return [el('h2', { class: 'govuk-heading-m' }, heading), paragraph('No period of this contract has begun yet.')];
  return table({
    caption: heading,
    columns: COLUMNS,
    rows: periods.map((period) => ({ cells: cells(ref, period) })),
    className: 'portal-periods',
  });
}

function cells(contract, period) {
  const span = shortDates(period.period_start, period.period_end);
  const state = actualsPeriod(period.state);
  const address = { contract, period: period.period_start };
  return [
    link(withQuery('/actuals/period/', address), span),
    [tag(state.word, state.colour), sub(stateText(period))],
    [progress(period), period.weeks_held ? sub(`${count(period.weeks_held, 'week')} held`) : null],
    shortInstant(period.deadline),
    money(period.owed),
    nothing(period.held) ? '-' : money(period.held),
    actions(contract, period, span),
  ];
}

const sub = (text) => text && el('span', { class: 'portal-table__sub' }, text);
const nothing = (amount) => !/[1-9]/.test(String(amount ?? ''));

function progress({ weeks_total: total, weeks_recorded: recorded }) {
  if (!total) return 'No care in this period';
  const missing = total - recorded;
  return [`${quantity(recorded)} of ${quantity(total)}`, missing > 0 ? sub(`${count(missing, 'week')} still to enter`) : null];
}

// What the state means for this period, in a sentence.
function stateText({ state, submitted_at: at, window, why_not: why }) {
  if (state === 'submitted') return at ? `Confirmed at ${instant(at)}` : null;
  if (state === 'late') return lateText(window);
  return why || null;
}

function lateText(window) {
  return window ? `Will be paid in the window that closes at ${instant(window.deadline)}` : 'Will be paid in a later window';
}

function actions(contract, period, span) {
  const address = { contract, period: period.period_start };
  const api = `/api/actuals/${encodeURIComponent(contract)}/${encodeURIComponent(period.period_start)}`;
  const about = () => el('span', { class: 'govuk-visually-hidden' }, `, ${span}`);
  const download = (file, text) => el('a', { class: 'govuk-link', href: `${api}/${file}`, download: true }, hiddenText('template '), text, about());
  const open = period.can_enter;
  const items = [
    open ? el('a', { class: 'govuk-button portal-actions__main', href: withQuery('/actuals/period/', address) }, 'Enter', about()) : link(withQuery('/actuals/period/', address), 'View', about()),
    open ? link(withQuery('/actuals/upload/', address), 'Upload a file', about()) : null,
    ['Template: ', download('template.xlsx', 'XLSX'), ' or ', download('template.csv', 'CSV')],
    period.weeks_held ? link('/actuals/exceptions/', 'What is held', about()) : null,
    period.state === 'submitted' ? link(withQuery('/invoices/', { contract }), 'Invoices', about()) : null,
  ];
  return el('ul', { class: 'portal-actions' }, items.filter(Boolean).map((item) => el('li', {}, item)));
}
