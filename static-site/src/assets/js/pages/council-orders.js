// The purchase orders of a provider, one for each client and financial year.
import { get, withQuery } from '../api.js';
import { fill, find, link, paragraph, show } from '../dom.js';
import { fillSelect } from '../forms.js';
import { count, money, shortInstant } from '../format.js';
import { growing } from '../more.js';
import { yearText } from '../order-view.js';
import { start } from '../page.js';
import { chosenProvider, providerChoice, providerName } from '../provider-search.js';
import { table, twoLines } from '../table.js';
import { setTitle } from '../title.js';

const PATH = '/council/purchase-orders/';
const COLUMNS = [{ label: 'Purchase order' }, { label: 'Client' }, { label: 'Services' }, { label: 'Revision' }, { label: 'Total', numeric: true }];

start(async () => {
  const query = new URLSearchParams(location.search);
  const provider = query.get('provider');
  if (!provider) return fill(find('[data-region]'), await providerChoice(PATH, { what: 'Then you see its purchase orders.' }));
  const filters = { financial_year: query.get('financial_year'), client: query.get('client') };
  const path = '/api/council/purchase-orders';
  const first = await get(withQuery(path, { provider, ...filters }));
  const { provider_name: name, financial_years: years = [], financial_year: year, clients = [] } = first;
  const called = name ?? await providerName(provider);
  find('[data-heading]').textContent = `Purchase orders of ${called}`;
  setTitle(`Purchase orders of ${called}`);
  find('#provider').value = provider;
  fillSelect(find('#financial_year'), years.map((value) => ({ value, text: yearText(value) })), year);
  fillSelect(find('#client'), [{ value: '', text: 'All clients' }, ...clients.map(({ ss_ref: value, name: client }) => ({ value, text: client ? `${client} (${value})` : value }))], filters.client);
  show(find('[data-filters]'), years.length > 0);
  return growing(find('[data-region]'), first, { path, query: { provider, ...filters, financial_year: year }, render: (rows, more) => [
    chosenProvider(provider, called, PATH),
    rows.length
      ? table({ caption: `${yearText(year)}: ${more ? 'the first ' : ''}${count(rows.length, 'purchase order')}`, columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(provider, row) })) })
      : empty(provider, filters, years),
  ] });
});

function empty(provider, { client }, years) {
  if (client) return [paragraph('No purchase order matches these filters.'), paragraph(link(withQuery(PATH, { provider }), 'Show all clients'))];
  return paragraph(years.length ? 'There is no purchase order in this financial year.' : 'This provider has no purchase order yet: one is made when care is commissioned.');
}

function cells(provider, row) {
  return [
    link(withQuery('/council/purchase-orders/order/', { provider, year: row.financial_year, client: row.ss_ref }), row.order_ref),
    twoLines(row.client || 'Client', `SSRef ${row.ss_ref}`),
    row.services?.join(', ') || '-',
    twoLines(`Revision ${row.revision}`, shortInstant(row.revised_at)),
    money(row.total),
  ];
}
