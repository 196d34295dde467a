// Purchase orders: one for each client and financial year.
import { get, withQuery } from '../api.js';
import { fill, find, link, paragraph } from '../dom.js';
import { fillSelect } from '../forms.js';
import { count, money, shortInstant } from '../format.js';
import { yearText } from '../order-view.js';
import { growing } from '../more.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';

const COLUMNS = [
  { label: 'Purchase order' },
  { label: 'Client' },
  { label: 'Services' },
  { label: 'Revision' },
  { label: 'Total', numeric: true },
];

start(async () => {
  const query = new URLSearchParams(location.search);
  const filters = Object.fromEntries(['financial_year', 'client', 'service'].map((name) => [name, query.get(name)]));
  const answer = await get(withQuery('/api/purchase-orders', filters));
  const { financial_years: years = [], financial_year: year, rows = [], clients = [], services = [] } = answer;
  fillSelect(find('#financial_year'), years.map((value) => ({ value, text: yearText(value) })), year);
  fillSelect(find('#client'), [{ value: '', text: 'All clients' }, ...clients.map(({ ss_ref: value, name }) => ({ value, text: name ? `${name} (${value})` : value }))], filters.client);
  fillSelect(find('#service'), [{ value: '', text: 'All services' }, ...services.map(({ service_ref: value, name }) => ({ value, text: name ?? value }))], filters.service);
  if (!rows.length) return fill(find('[data-region]'), empty(filters, year));
  return growing(find('[data-region]'), answer, { path: '/api/purchase-orders', query: { ...filters, financial_year: year }, render: (shown, more) => [
    paragraph(`${more ? 'The first ' : ''}${count(shown.length, 'purchase order')} of ${yearText(year)}`),
    table({ caption: 'Purchase orders', captionClass: 'govuk-visually-hidden', columns: COLUMNS, rows: shown.map((row) => ({ cells: cells(row) })) }),
  ] });
});

function empty(filters, year) {
  if (filters.client || filters.service) return [paragraph('No purchase order matches these filters.'), paragraph(link(withQuery('/purchase-orders/', { financial_year: year }), `Show all of ${yearText(year)}`))];
  return paragraph(year ? `There is no purchase order for the financial year ${yearText(year)}.` : 'There is no purchase order yet.');
}

function cells(row) {
  return [
    link(withQuery('/purchase-orders/order/', { year: row.financial_year, client: row.ss_ref }), row.order_ref),
    row.client ? twoLines(row.client, `SSRef ${row.ss_ref}`) : `SSRef ${row.ss_ref}`,
    (row.services ?? []).join(', ') || '-',
    twoLines(String(row.revision), row.revised_at && shortInstant(row.revised_at)),
    money(row.total),
  ];
}
