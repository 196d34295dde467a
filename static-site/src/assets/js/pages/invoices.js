// Invoices and credit notes: what can be created from confirmed actuals, and what there is.
import { get, withQuery } from '../api.js';
import { el, fill, find, link, paragraph, show, tag } from '../dom.js';
import { fillSelect } from '../forms.js';
import { count, dates, instant, money, shortDates, shortInstant } from '../format.js';
import { createButton, invoicePath } from '../invoice-create.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';
import { documentKind, invoice as invoiceWord } from '../words.js';

const STATES = ['draft', 'submitted', 'disputed', 'approved', 'paid'];
const COLUMNS = [
  { label: 'Document' },
  { label: 'Contract and period' },
  { label: 'State' },
  { label: 'Net', numeric: true },
  { label: 'VAT', numeric: true },
  { label: 'Total', numeric: true },
  { label: 'Submitted', className: 'portal-table__nowrap' },
];

start(async (session) => {
  const query = new URLSearchParams(location.search);
  const filters = { state: query.get('state'), contract: query.get('contract') };
  const { rows = [], proposals = [], contracts = [] } = await get(withQuery('/api/invoices', filters));
  const may = session.permissions?.includes('invoice') ?? false;
  fillSelect(find('#state'), [{ value: '', text: 'Every state' }, ...STATES.map((state) => ({ value: state, text: invoiceWord(state).word }))], filters.state);
  fillSelect(find('#contract'), [{ value: '', text: 'All contracts' }, ...contracts.map(({ contract_ref: ref, name }) => ({ value: ref, text: name ? `${name} (${ref})` : ref }))], filters.contract);
  show(find('[data-filters]'), rows.length > 0 || Boolean(filters.state || filters.contract));
  fill(find('[data-proposals]'), proposals.length ? offers(proposals, may) : null);
  fill(find('[data-region]'), list(rows, filters, proposals));
});

function offers(proposals, may) {
  return el('section', { 'aria-labelledby': 'proposals-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'proposals-heading' }, 'To create'),
    el('ul', { class: 'portal-offers' }, proposals.map((each) => el('li', { class: 'portal-offer' }, offer(each, may)))),
  ]);
}

function offer(each, may) {
  const credit = each.kind === 'credit_note';
  const span = dates(each.period_start, each.period_end);
  const total = money(each.total.replace(/^-/, ''));
  const name = each.contract_name ?? each.contract_ref;
  return [
    el('div', {}, [
      el('h3', { class: 'govuk-heading-s portal-offer__title' }, `${documentKind(each.kind)} of ${total}`),
      el('p', { class: 'govuk-body portal-offer__line' }, `${name}, ${span}`),
      el('p', { class: 'portal-offer__detail' }, [
        credit ? `Actuals fell by ${money(each.net.replace(/^-/, ''))} below what you have invoiced` : count(each.lines, 'line'),
        each.cause,
        each.late && 'Late: will be paid in a later window',
      ].filter(Boolean).join(' · ')),
    ]),
    may
      ? createButton(credit ? 'Create credit note' : 'Create invoice', each, { kind: credit ? 'secondary' : null, hidden: `for ${name}, ${span}: ${total}` })
      : el('p', { class: 'portal-offer__detail' }, 'Somebody with the role “invoices” can create it'),
  ];
}

function list(rows, filters, proposals) {
  if (!rows.length) {
    if (filters.state || filters.contract) return [paragraph('No invoice or credit note matches these filters.'), paragraph(link('/invoices/', 'Show all'))];
    return paragraph(proposals.length ? 'There is no invoice or credit note yet.' : ['There is no invoice or credit note yet. Enter and confirm your ', link('/actuals/', 'actuals'), ' first: the invoice is made from them.']);
  }
  return table({ caption: 'Invoices and credit notes', columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(row) })) });
}

function cells(row) {
  const { word, colour } = invoiceWord(row.state);
  const name = row.number ? `${documentKind(row.kind)} ${row.number}` : `Draft ${documentKind(row.kind).toLowerCase()}`;
  return [
    link(invoicePath(row.invoice_id), name, el('span', { class: 'govuk-visually-hidden' }, row.number ? '' : `, ${row.contract_name ?? row.contract_ref}, ${shortDates(row.period_start, row.period_end)}`)),
    twoLines(row.contract_name ?? row.contract_ref, shortDates(row.period_start, row.period_end)),
    [tag(word, colour), stateDetail(row)],
    money(row.net),
    money(row.vat),
    el('span', { class: 'portal-table__strong' }, money(row.total)),
    row.submitted_at ? shortInstant(row.submitted_at) : '-',
  ];
}

const sub = (...children) => el('span', { class: 'portal-table__sub' }, ...children);

function stateDetail({ state, dispute_reason: reason, window, paid_in: paidIn, contract_ref: contract }) {
  if (state === 'disputed') return reason ? sub(reason) : null;
  if (state === 'paid') return paidIn ? sub(link(withQuery('/scheduled-payments/remittance/', { contract, period: paidIn }), 'Remittance advice')) : null;
  if (['draft', 'submitted', 'approved'].includes(state) && window) return sub(`${state === 'draft' ? 'Submit by' : 'Window closes at'} ${instant(window.deadline)}`);
  return null;
}
