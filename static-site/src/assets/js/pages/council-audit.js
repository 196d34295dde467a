// Who saw and who changed what, for the auditor. A person is found by a request, so that no address names one.
import { get, post, withQuery } from '../api.js';
import { AREAS, about, outcome, shown, what, who } from '../audit-view.js';
import { el, fill, find, insetText, link, paragraph, show } from '../dom.js';
import { fillSelect, onSubmit } from '../forms.js';
import { count, date, dates, shortInstant } from '../format.js';
import { start } from '../page.js';
import { go } from '../paths.js';
import { table, twoLines } from '../table.js';

const PATH = '/council/audit/';
const NAMES = ['actor', 'provider', 'client', 'from', 'to', 'area', 'kind'];
const KINDS = [['read', 'Read'], ['changed', 'Changed'], ['refused', 'Refused or failed']];
const COLUMNS = [{ label: 'When', className: 'portal-table__nowrap' }, { label: 'Who' }, { label: 'What' }, { label: 'About' }, { label: 'Outcome' }];
const any = (text) => ({ value: '', text });
const options = (pairs) => pairs.map(([value, text]) => ({ value, text }));

start(async () => {
  const query = new URLSearchParams(location.search);
  const filters = Object.fromEntries(NAMES.map((name) => [name, query.get(name)]));
  showForms(filters);
  const found = await get(withQuery('/api/council/audit', { ...filters, cursor: query.get('cursor') }));
  find('#from').value = found.from;
  find('#to').value = found.to;
  const { rows = [] } = found;
  fill(find('[data-region]'), [
    sealed(found),
    filters.actor ? paragraph(`Of one person or job: ${rows.length ? who(rows[0].by)[0] : filters.actor}. `, link(withQuery(PATH, { ...filters, actor: null }), 'Everybody')) : null,
    rows.length ? list(found, filters) : paragraph(nothing(found, filters)),
    rows.length ? el('p', { class: 'govuk-body' }, el('a', { class: 'govuk-link', href: withQuery('/api/council/audit/entries.csv', filters), download: true }, 'Download as CSV')) : null,
    found.next ? paragraph(link(withQuery(PATH, { ...filters, cursor: found.next }), 'Earlier records')) : null,
  ]);
});

function showForms(filters) {
  fillSelect(find('#area'), [any('All areas'), ...options(AREAS)], filters.area);
  fillSelect(find('#kind'), [any('Everything'), ...options(KINDS)], filters.kind);
  for (const name of ['provider', 'client', 'from', 'to']) find(`#${name}`).value = filters[name] ?? '';
  find('#actor').value = filters.actor ?? '';
  find('#actor').disabled = !filters.actor;
  show(find('[data-filters]'), true);
  show(find('[data-find-person]'), true);
  onSubmit(find('[data-find-person]'), async ({ email }) => {
    const { actor } = await post('/api/council/audit/people', { email });
    go(withQuery(PATH, { ...filters, actor }));
  });
}

function sealed({ sealed_until: until }) {
  return insetText(until ? `Sealed up to the end of ${date(until)}: what was recorded until then cannot be changed without being found.` : 'No day was sealed yet. The first is sealed after midnight.');
}

function nothing({ looked_through: read, next }, { provider, client, actor }) {
  if (next) return `None of the last ${read.toLocaleString('en-GB')} records matches these filters. There are earlier ones.`;
  return provider || client || actor ? 'Nothing was recorded that matches these filters.' : 'Nothing was recorded that concerns no provider. Choose a provider, a client or a person.';
}

function list({ rows, from, to, provider, client, actor }, filters) {
  const whose = provider ? `of provider ${provider}` : client ? `of client ${client}` : actor ? '' : 'that concern no provider';
  const caption = `${count(rows.length, 'record')} ${whose} from ${dates(from, to)}, the latest first`.replace('  ', ' ');
  return table({ caption, columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(row, filters) })) });
}

function cells(row, filters) {
  const [name, kind] = who(row.by);
  return [
    link(withQuery(`${PATH}entry/`, { actor: row.actor, n: row.n }), shortInstant(row.at)),
    [link(withQuery(PATH, { ...filters, actor: row.actor }), name), el('span', { class: 'portal-table__sub' }, kind)],
    twoLines(...what(row)),
    lines([...about(row), ...shown(row)]),
    outcome(row),
  ];
}

function lines(texts) {
  return texts.length ? texts.map((text, index) => (index ? el('span', { class: 'portal-table__sub' }, text) : text)) : '-';
}
