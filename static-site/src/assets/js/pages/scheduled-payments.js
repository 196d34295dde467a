// Scheduled payments: the statements of one contract in one financial year.
import { get, withQuery } from '../api.js';
import { el, fill, find, link, paragraph, tag } from '../dom.js';
import { fillSelect } from '../forms.js';
import { money, shortDate, shortDates, shortInstant } from '../format.js';
import { start } from '../page.js';
import { table } from '../table.js';
import { lifecycle, response } from '../words.js';

const COLUMNS = [
  { label: 'Period' },
  { label: 'State' },
  { label: 'Response' },
  { label: 'Total', numeric: true },
  { label: 'Payable', numeric: true },
  { label: 'Non-payable', numeric: true },
  { label: 'Respond by' },
  { label: 'Pay date', className: 'portal-table__nowrap' },
];

start(async () => {
  const query = new URLSearchParams(location.search);
  const answer = await get(
    withQuery('/api/scheduled-payments', { financial_year: query.get('year'), contract: query.get('contract') }),
  );
  const years = answer.financial_years ?? [];
  const contracts = answer.contracts ?? [];
  fillSelect(find('#financial_year'), years.map((year) => ({ value: year, text: year.replace('-', '/') })), answer.financial_year);
  fillSelect(find('#contract'), contracts.map(({ contract_ref: ref, name }) => ({ value: ref, text: name ? `${name} (${ref})` : ref })), answer.contract_ref);
  find('[data-filters]').hidden = contracts.length === 0;
  fill(find('[data-region]'), list(answer));
});

function list({ contracts, contract_ref: contract, contract_name: name, financial_year: year, periods }) {
  if (!contracts?.length) return paragraph('No contract of this provider is paid by schedule in the portal.');
  const heading = `${name ?? contract}${year ? `, ${year.replace('-', '/')}` : ''}`;
  if (!periods?.length) {
    return [el('h2', { class: 'govuk-heading-m' }, heading), paragraph('There are no payment periods for this contract in this year. Choose another financial year.')];
  }
  return [
    table({ caption: heading, columns: COLUMNS, rows: periods.map((period) => ({ cells: cells(contract, period) })) }),
    periods.some((period) => period.partially_finalised)
      ? paragraph('* Partially finalised: some contracts are finalised for this period and others are not yet.')
      : null,
  ];
}

function cells(contract, period) {
  const address = { contract, period: period.period_start };
  const state = lifecycle(period.lifecycle);
  const answered = response(period.response);
  return [
    [
      link(withQuery('/scheduled-payments/statement/', address), period.partially_finalised ? '* ' : '', shortDates(period.period_start, period.period_end)),
      period.partially_finalised ? el('span', { class: 'govuk-visually-hidden' }, ' (partially finalised)') : null,
      period.lifecycle === 'finalised'
        ? el('span', { class: 'portal-table__sub' }, link(withQuery('/scheduled-payments/remittance/', address), 'Remittance advice', el('span', { class: 'govuk-visually-hidden' }, ` for ${shortDates(period.period_start, period.period_end)}`)))
        : null,
    ],
    tag(state.word, state.colour),
    period.lifecycle === 'future' ? 'Not yet' : tag(answered.word, answered.colour),
    money(period.total),
    money(period.payable),
    money(period.non_payable),
    shortInstant(period.confirm_by),
    shortDate(period.pay_date),
  ];
}
