// Contract documents: those to be answered, and by filter those that were.
import { get, withQuery } from '../api.js';
import { documentCells } from '../document-view.js';
import { el, fill, find, link, paragraph, show, tag } from '../dom.js';
import { fillSelect } from '../forms.js';
import { count, shortInstant } from '../format.js';
import { one, several } from '../labels.js';
import { growing } from '../more.js';
import { start } from '../page.js';
import { table } from '../table.js';
import { contractDocument } from '../words.js';

const COLUMNS = [
  { label: 'Document' },
  { label: 'Client' },
  { get label() { return one('care_package'); } },
  { label: 'Service' },
  { label: 'Dates' },
  { label: 'Notes', className: 'portal-documents__notes' },
  { label: 'Answer by', className: 'portal-table__nowrap' },
];
const STATES = ['published', 'agreed', 'rejected', 'agreed_manually', 'superseded'];

start(async () => {
  const query = new URLSearchParams(location.search);
  const filters = Object.fromEntries(['service', 'client', 'status', 'updated_since'].map((name) => [name, query.get(name)]));
  const answer = await get(withQuery('/api/contract-documents', filters));
  const { rows = [], services = [], clients = [], counts = {}, can_answer: may } = answer;
  const any = (text) => ({ value: '', text });
  fillSelect(find('#service'), [any('All services'), { value: 'none', text: 'Not service specific' }, ...services.map(({ service_ref: value, name }) => ({ value, text: name ?? value }))], filters.service);
  fillSelect(find('#client'), [any('All clients'), { value: 'none', text: 'Not client specific' }, ...clients.map(({ ss_ref: value, name }) => ({ value, text: name ? `${name} (${value})` : value }))], filters.client);
  fillSelect(find('#status'), [any('Current, open documents'), ...STATES.map((value) => ({ value, text: contractDocument(value).word })), { value: 'all', text: 'All documents' }], filters.status);
  find('#updated_since').value = filters.updated_since ?? '';
  show(find('[data-filters]'), true);
  if (!rows.length) return fill(find('[data-region]'), waiting(counts, may), empty(filters));
  return growing(find('[data-region]'), answer, { path: '/api/contract-documents', query: filters, render: (shown, more) => [
    waiting(counts, may),
    more ? paragraph(`The first ${count(shown.length, 'document')}`) : null,
    table({ caption: several('document'), captionClass: 'govuk-visually-hidden', columns: COLUMNS, rows: shown.map((row) => ({ cells: cells(row) })), className: 'portal-documents' }),
  ] });
});

function waiting({ open = 0 }, may) {
  return el('p', { class: 'govuk-body' }, [
    open ? el('strong', {}, `${count(open, 'document waits', 'documents wait')} for an answer. `) : 'No document waits for an answer. ',
    may || !open ? null : 'Somebody with the role “sign documents” can agree or reject.',
  ]);
}

function empty(filters) {
  if (Object.values(filters).some(Boolean)) return [paragraph('No contract document matches these filters.'), paragraph(link('/contract-documents/', 'Show the current ones'))];
  return paragraph('There is no open contract document. ', link(withQuery('/contract-documents/', { status: 'all' }), 'Show all documents'));
}

function cells(row) {
  return [
    ...documentCells(row, '/contract-documents/document/'),
    row.state === 'published' && row.answer_by ? [shortInstant(row.answer_by), row.can_answer ? el('span', { class: 'portal-table__sub' }, tag('Your answer', 'yellow')) : null] : '-',
  ];
}
