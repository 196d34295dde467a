// The statements of all contracts in one period: how far each is, what it comes to, what is held why, who must agree.
import { get, withQuery } from '../api.js';
import { el, fill, find, link, paragraph, summaryList, tag, warningText } from '../dom.js';
import { fillSelect } from '../forms.js';
import { count, instant, money, shortDate, shortDates } from '../format.js';
import { growing } from '../more.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';
import { setTitle } from '../title.js';
import { lifecycle, response } from '../words.js';

const query = new URLSearchParams(location.search);
const [cycle, period] = [query.get('cycle') ?? '', query.get('period') ?? ''];
const filters = Object.fromEntries(['q', 'state', 'response', 'awaits'].map((name) => [name, query.get(name) ?? '']));
const api = `/api/council/payments/${encodeURIComponent(cycle)}/${encodeURIComponent(period)}`;
const COLUMNS = [{ label: 'Provider' }, { label: 'State' }, { label: 'Response' }, { label: 'Held' }, { label: 'Payable', numeric: true }, { label: 'Non-payable', numeric: true }];
const options = (words, codes, all) => [{ value: '', text: all }, ...codes.map((value) => ({ value, text: words(value).word }))];

start(async () => {
  find('#cycle').value = cycle;
  find('#period').value = period;
  find('#q').value = filters.q;
  fillSelect(find('#state'), options(lifecycle, ['future', 'current', 'locked', 'authorised', 'finalised'], 'All states'), filters.state);
  fillSelect(find('#response'), options(response, ['not_required', 'unconfirmed', 'confirmed', 'confirmed_with_queries', 'rejected'], 'All responses'), filters.response);
  fillSelect(find('#awaits'), [{ value: '', text: 'All statements' }, { value: 'true', text: 'Waits for a second person' }], filters.awaits);
  const view = await get(withQuery(api, filters));
  heading(view);
  growing(find('[data-region]'), view, { path: api, query: filters, render });
});

function heading({ period: of, paused }) {
  const span = shortDates(of.period_start, of.period_end);
  find('[data-heading]').textContent = `Statements of ${span}`;
  setTitle(`Statements of ${span}`);
  const { word, colour } = lifecycle(of.state);
  fill(find('[data-tags]'), tag(`${word}${of.partially_finalised ? '*' : ''}`, colour));
  fill(find('[data-summary]'), [
    paused ? warningText(`The schedule of this cycle is paused by ${paused.by} since ${instant(paused.at)}: ${paused.reason}`) : null,
    summaryList([
      ['Cycle', cycle],
      ['Locks', instant(of.confirm_by)],
      ['Finalised', instant(of.finalise_at)],
      ['Pay date', shortDate(of.pay_date)],
      ['Statements', `${count(of.contracts, 'contract')}: ${of.finalised} finalised, ${of.locked} locked${of.partially_finalised ? ' (* partially finalised)' : ''}`],
    ], 'portal-facts'),
  ]);
}

function render(rows, more) {
  if (!rows.length) return paragraph(more ? 'None of those looked at so far matches these filters.' : Object.values(filters).some(Boolean) ? 'No statement matches these filters.' : 'No contract has a statement in this period.');
  return table({ caption: `${count(rows.length, 'statement')}${more ? ' so far' : ''}`, columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(row) })) });
}

function cells(row) {
  const [state, said] = [lifecycle(row.state), response(row.response)];
  return [
    [link(withQuery('/council/payments/statement/', { provider: row.provider_ref, contract: row.contract_ref, period }), row.provider_name), el('span', { class: 'portal-table__sub' }, `${row.contract_name} (${row.contract_ref})`)],
    [tag(state.word, state.colour), row.awaits_authorisation ? el('span', { class: 'portal-table__sub' }, 'A second person must authorise it') : row.authorised_by ? el('span', { class: 'portal-table__sub' }, `Authorised by ${row.authorised_by}`) : null],
    tag(said.word, said.colour),
    row.held.length ? el('ul', { class: 'govuk-list portal-table__list' }, row.held.map(({ reason, amount }) => el('li', {}, `${money(amount)}: ${reason}`))) : '-',
    money(row.totals.payable),
    money(row.totals.non_payable),
  ];
}
