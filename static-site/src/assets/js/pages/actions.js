// Actions and change requests: what is open with whom, and what was asked to be changed.
import { get, withQuery } from '../api.js';
import { el, find, link, paragraph, show, tag } from '../dom.js';
import { actionTag } from '../conversation.js';
import { fillSelect } from '../forms.js';
import { count, shortDate, shortInstant } from '../format.js';
import { several } from '../labels.js';
import { orShowFailure, start } from '../page.js';
import { growing } from '../more.js';
import { requestTable } from '../request-table.js';
import { table, twoLines } from '../table.js';

const COLUMNS = [
  { label: 'Title' },
  { label: 'Status' },
  { label: 'Re', className: 'portal-actions-list__re' },
  { label: 'Due', className: 'portal-table__nowrap' },
  { label: 'Type' },
  { label: 'Assigned to' },
  { label: 'Last post', className: 'portal-table__nowrap' },
];

const query = new URLSearchParams(location.search);
const filters = { assigned_to: query.get('assigned_to'), type: query.get('type'), include_done: query.get('include_done') === 'yes' ? 'yes' : null };
const historical = query.get('history') === 'yes' ? 'yes' : null;

start(async (session) => {
  keepOthers();
  await Promise.all([
    orShowFailure(() => actions(session), find('[data-region]')),
    orShowFailure(() => requests(), find('[data-requests]')),
  ]);
  if (location.hash === '#change-requests') find('#change-requests').scrollIntoView();
});

// Each form sends what the other one chose, so that neither forgets it.
function keepOthers() {
  const keep = (form, values) => Object.entries(values).forEach(([name, value]) => value && form.append(el('input', { type: 'hidden', name, value })));
  keep(find('[data-filters]'), { history: historical });
  keep(find('[data-history]'), filters);
  find('#history').checked = Boolean(historical);
}

async function actions(session) {
  const first = await get(withQuery('/api/actions', filters));
  const { types = [], teams = [], counts = {}, can_create: mayCreate } = first;
  const any = (text) => ({ value: '', text });
  fillSelect(find('#assigned_to'), [any('Anybody'), { value: 'provider', text: `You (${session.provider.name})` }, { value: 'council', text: 'The council' }, ...teams.map(({ team_ref: value, name }) => ({ value, text: name }))], filters.assigned_to);
  fillSelect(find('#type'), [any('All types'), ...types.map(({ type_ref: value, name }) => ({ value, text: name }))], filters.type);
  find('#include_done').checked = Boolean(filters.include_done);
  show(find('[data-new]'), mayCreate);
  const head = () => [
    el('p', { class: 'govuk-body' }, standing(counts)),
    mayCreate ? null : paragraph('You can read these. Somebody with another role than “view” can raise actions and reply.'),
  ];
  growing(find('[data-region]'), first, {
    path: '/api/actions',
    query: filters,
    render: (rows) => [
      head(),
      rows.length
        ? table({ caption: several('action'), captionClass: 'govuk-visually-hidden', columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(row) })), className: 'portal-actions-list' })
        : empty(mayCreate),
    ],
  });
}

function standing({ open = 0, with_provider: ours = 0, overdue = 0 }) {
  if (!open) return 'No open actions.';
  return [
    el('strong', {}, count(open, 'open action')),
    `: ${ours ? `${ours.toLocaleString('en-GB')} with you` : 'none with you'}`,
    overdue ? [' ', tag(`${overdue.toLocaleString('en-GB')} overdue`, 'red')] : ', none overdue.',
  ];
}

function empty(mayCreate) {
  if (filters.assigned_to || filters.type) return [paragraph('There are no actions that match these filters.'), paragraph(link(withQuery('/actions/', { history: historical }), 'Show all open actions'))];
  if (filters.include_done) return paragraph('There has been no action yet.');
  return paragraph(mayCreate ? 'Nothing is open. To ask the council something, or to tell it of a change, create a new action. ' : 'Nothing is open. ', 'Tick “Include done” to see what was settled before.');
}

function cells(row) {
  return [
    link(withQuery('/actions/action/', { action: row.action_id }), row.title),
    actionTag(row),
    row.re || '-',
    row.due_on ? shortDate(row.due_on) : '-',
    row.type_name,
    row.assigned_to?.side === 'provider' ? 'You' : row.assigned_to?.name ?? '-',
    twoLines(shortInstant(row.last_post_at), row.last_post_side === 'council' ? 'by the council' : 'by you'),
  ];
}

async function requests() {
  const path = '/api/contacts/requests';
  const first = await get(withQuery(path, { history: historical }));
  growing(find('[data-requests]'), first, {
    path,
    query: { history: historical },
    render: (rows) => requestTable(rows, { historical: Boolean(historical), again: requests }),
  });
}
