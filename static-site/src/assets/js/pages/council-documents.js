// Contract documents as the council sees them: what waits for an answer, what was rejected, what was answered.
import { get, withQuery } from '../api.js';
import { documentTag } from '../document-view.js';
import { el, fill, find, link, paragraph, show, tag } from '../dom.js';
import { count, shortInstant } from '../format.js';
import { one } from '../labels.js';
import { growing } from '../more.js';
import { staffMay, start } from '../page.js';
import { table, twoLines } from '../table.js';

const PATH = '/council/documents/';
const STATES = { waiting: 'Waiting for an answer', rejected: 'Rejected, to be revised', answered: 'Answered' };
const EMPTY = { waiting: 'No document waits for an answer.', rejected: 'No document was rejected and still has to be revised.', answered: 'No document was answered yet.' };
const COLUMNS = [
  { label: 'Document' },
  { label: 'Provider' },
  { label: 'Client' },
  { get label() { return one('care_package'); } },
  { label: 'Notes', className: 'portal-documents__notes' },
  { label: 'Answer by', className: 'portal-table__nowrap' },
];
const SOON_DAYS = 2;

start(async (session) => {
  const query = new URLSearchParams(location.search);
  const provider = query.get('provider');
  const state = query.get('state') in STATES ? query.get('state') : 'waiting';
  fill(find('[data-states]'), el('ul', { class: 'portal-choice-bar__list' }, Object.entries(STATES).map(([value, text]) =>
    el('li', {}, el('a', { class: 'portal-choice-bar__link', href: withQuery(PATH, { state: value, provider }), 'aria-current': value === state ? 'page' : null }, text)))));
  show(find('[data-new]'), staffMay(session, 'publish_documents'));
  const path = '/api/council/documents';
  const first = await get(withQuery(path, { state, provider }));
  growing(find('[data-region]'), first, { path, query: { state, provider }, render: (rows, more) => [
    el('h2', { class: 'govuk-heading-m' }, heading(state, rows.length, more)),
    provider ? paragraph(`Of provider ${rows[0]?.provider_name ?? provider} only. `, link(withQuery(PATH, { state }), 'Show all providers')) : null,
    rows.length
      ? table({ caption: STATES[state], captionClass: 'govuk-visually-hidden', columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(row, state) })), className: 'portal-documents' })
      : paragraph(EMPTY[state]),
  ] });
});

function heading(state, shown, more) {
  if (!shown) return STATES[state];
  return `${STATES[state]}: ${more ? `the first ${count(shown, 'document')}` : count(shown, 'document')}`;
}

function cells(row, state) {
  return [
    [link(withQuery('/council/documents/document/', { provider: row.provider_ref, document: row.document_ref }), row.doc_type), row.version > 1 ? el('span', { class: 'portal-table__sub' }, `Version ${row.version}`) : null],
    twoLines(link(withQuery(PATH, { state, provider: row.provider_ref }), row.provider_name), row.provider_ref),
    row.ss_ref ? twoLines(row.client || 'Client', `SSRef ${row.ss_ref}`) : 'Not client specific',
    row.cpli_id || '-',
    [documentTag(row), el('span', { class: 'portal-table__sub portal-said' }, row.note)],
    row.state === 'published' && row.answer_by ? [shortInstant(row.answer_by), left(row.days_left)] : '-',
  ];
}

function left(days) {
  if (days === null || days === undefined) return null;
  const text = days < 0 ? `${count(-days, 'day')} late` : days === 0 ? 'Today' : `${count(days, 'day')} left`;
  return el('span', { class: 'portal-table__sub' }, days <= SOON_DAYS ? tag(text, days < 0 ? 'red' : 'yellow') : text);
}
