// Care package line items: filters, a table of 100 at a time, the history of each, a download.
import { get, withQuery } from '../api.js';
import { el, fill, find, hiddenText, link, paragraph, tag } from '../dom.js';
import { fillSelect } from '../forms.js';
import { count, date, instant, money, quantity, shortDate } from '../format.js';
import { one, within } from '../labels.js';
import { start } from '../page.js';
import { paged } from '../paging.js';
import { extraRow, opener, table, twoLines } from '../table.js';
import { absence, contribution } from '../words.js';

const COLUMNS = [
  { label: 'SSRef' },
  { label: 'Client' },
  { label: 'Service' },
  { label: 'Service level' },
  { label: 'Start', className: 'portal-table__nowrap' },
  { label: 'End', className: 'portal-table__nowrap' },
  { label: 'Cost' },
  { label: 'Pricing' },
  { label: 'CPLI id' },
  { label: 'Authorised' },
  { label: 'More', plain: true },
];

start(async (session) => {
  const mayAct = session.permissions?.includes('act') ?? false;
  const query = new URLSearchParams(location.search);
  const filters = {
    service: query.get('service'),
    client: query.get('client'),
    service_level: query.get('service_level'),
    include_historical: query.get('include_historical') === 'true',
  };
  const answer = await get(withQuery('/api/care-packages', filters));
  showFilters(answer.filters ?? {}, filters);
  const rows = answer.rows ?? [];
  if (!rows.length) return fill(find('[data-region]'), empty(filters));
  const changed = rows.filter((row) => row.changed_since_last_visit).length;
  return paged(find('[data-region]'), rows, {
    name: 'care packages',
    said: (span) => `${span}${count(rows.length, 'care package')}${changed ? `, ${changed} changed since your last visit` : ''}`,
    render: (shown, tally) => list(shown, tally, filters, mayAct),
  });
});

function showFilters({ services = [], clients = [], service_levels: levels = [] }, chosen) {
  const any = (text) => ({ value: '', text });
  fillSelect(find('#service'), [any('All services'), ...services.map(({ ref, name }) => ({ value: ref, text: name }))], chosen.service);
  fillSelect(
    find('#client'),
    [any('All clients'), ...clients.map(({ ss_ref: ref, name }) => ({ value: ref, text: name ? `${name} (${ref})` : ref }))],
    chosen.client,
  );
  fillSelect(find('#service_level'), [any('All service levels'), ...levels.map((level) => ({ value: level, text: level }))], chosen.service_level);
  find('#include_historical').checked = chosen.include_historical;
}

function list(shown, tally, filters, mayAct) {
  return [
    el('div', { class: 'portal-toolbar' }, [
      tally,
      el('p', { class: 'govuk-body' }, [
        el('a', { class: 'govuk-link', href: withQuery('/api/care-packages/download.csv', filters), download: true }, 'Download as CSV'),
        ' or ',
        el('a', { class: 'govuk-link', href: withQuery('/api/care-packages/download.xlsx', filters), download: true }, 'Excel'),
      ]),
    ]),
    table({ caption: 'Care package line items', captionClass: 'govuk-visually-hidden', columns: COLUMNS, rows: shown.map((row, index) => packageRow(row, index, mayAct)) }),
  ];
}

function empty(filters) {
  const filtered = Object.values(filters).some(Boolean);
  return filtered
    ? [paragraph('No care package matches these filters.'), paragraph(link('/care-packages/', 'Show all care packages'))]
    : [paragraph('The council has not commissioned any care from you that is open or ended a short while ago. Tick “Include historical” to see what ended before.')];
}

function packageRow(row, index, mayAct) {
  const extra = extraRow(COLUMNS, `history-${index}`, historyOf(row));
  return {
    extra,
    cells: [
      row.ss_ref || '-',
      [row.client || '-', row.changed_since_last_visit ? el('span', { class: 'portal-table__sub' }, tag('Changed since your last visit', 'blue')) : null],
      row.service || row.service_ref || '-',
      row.service_level || '-',
      shortDate(row.start_date),
      row.end_date ? twoLines(shortDate(row.end_date), row.historical ? 'Historical' : null) : '-',
      row.cost || '-',
      row.pricing || '-',
      row.cpli_id,
      row.authorised ? 'Yes' : tag('Not yet', 'yellow'),
      el('ul', { class: 'portal-actions' }, [
        el('li', {}, opener(extra, 'History', `of CPLI ${row.cpli_id}, ${row.client ?? ''}`)),
        mayAct ? el('li', {}, link(withQuery('/actions/new/', { cpli: row.cpli_id }), `Submit ${within(one('action'))}`, hiddenText(` about CPLI ${row.cpli_id}, ${row.client ?? ''}`))) : null,
      ]),
    ],
  };
}

function historyOf({ cpli_id: id, contract_ref: contract, changed_at: changed, prices, contributions, absences }) {
  return [
    el('p', { class: 'govuk-body-s' }, [contract && `Contract ${contract}`, changed && `Last changed at ${instant(changed)}`].filter(Boolean).join(' · ')),
    small(`Prices of CPLI ${id}`, 'Prices', [{ label: 'From' }, { label: 'Quantity', numeric: true }, { label: 'Unit price', numeric: true }, { label: 'Weekly cost', numeric: true }],
      (prices ?? []).map((price) => [date(price.from_date), quantity(price.quantity), price.unit_price ? money(quantity(price.unit_price)) : '-', money(price.weekly_cost)])),
    small(`Contributions of CPLI ${id}`, 'Contributions', [{ label: 'Kind' }, { label: 'From' }, { label: 'To' }, { label: 'A week', numeric: true }, { label: 'Collected by' }],
      (contributions ?? []).map((each) => [contribution(each.kind), date(each.from_date), untilNow(each.to_date), money(each.weekly_amount), each.collected_by === 'provider' ? 'You (deducted)' : 'The council'])),
    small(`Absences of CPLI ${id}`, 'Absences', [{ label: 'Kind' }, { label: 'From' }, { label: 'To' }, { label: 'Paid', numeric: true }],
      (absences ?? []).map((each) => [absence(each.kind), date(each.from_date), untilNow(each.to_date), `${quantity(each.pay_percent)}%`])),
  ];
}

const untilNow = (day) => (day ? date(day) : 'No end');

function small(name, title, columns, rows) {
  if (!rows.length) return null;
  return table({ caption: [title, el('span', { class: 'govuk-visually-hidden' }, ` (${name})`)], captionClass: 'govuk-table__caption--s', columns, rows: rows.map((cells) => ({ cells })), className: 'portal-table--small' });
}
