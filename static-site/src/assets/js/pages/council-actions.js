// The queue of actions of the person's teams, as the server orders it: what is due first, then what is done.
import { get, withQuery } from '../api.js';
import { age } from '../age.js';
import { actionTag } from '../conversation.js';
import { el, find, link, paragraph, show, tag } from '../dom.js';
import { fillSelect } from '../forms.js';
import { count, shortDate, shortInstant } from '../format.js';
import { several } from '../labels.js';
import { growing } from '../more.js';
import { staffMay, start } from '../page.js';
import { table, twoLines } from '../table.js';

const COLUMNS = [
  { label: 'Title' },
  { label: 'Status' },
  { label: 'Provider' },
  { label: 'Re', className: 'portal-actions-list__re' },
  { label: 'Type' },
  { label: 'Due', className: 'portal-table__nowrap' },
  { label: 'Age', className: 'portal-table__nowrap' },
  { label: 'Assigned to' },
  { label: 'Last post', className: 'portal-table__nowrap' },
];

start(async (session) => {
  const query = new URLSearchParams(location.search);
  const filters = { team: query.get('team'), type: query.get('type'), assigned_to: query.get('assigned_to'), include_done: query.get('include_done') === 'yes' ? 'yes' : null };
  const first = await get(withQuery('/api/council/actions', filters));
  const { types = [], teams = [], counts = {}, can_create: mayCreate } = first;
  const any = (text) => ({ value: '', text });
  fillSelect(find('#team'), [any('All teams'), ...teams.map(({ team_ref: value, name }) => ({ value, text: name }))], filters.team);
  fillSelect(find('#type'), [any('All types'), ...types.map(({ type_ref: value, name }) => ({ value, text: name }))], filters.type);
  fillSelect(find('#assigned_to'), [any('Anybody'), { value: 'council', text: 'The council' }, { value: 'provider', text: 'The provider' }], filters.assigned_to);
  find('#include_done').checked = Boolean(filters.include_done);
  show(find('[data-filters]'), true);
  show(find('[data-new]'), mayCreate ?? staffMay(session, 'answer_actions'));
  growing(find('[data-region]'), first, {
    path: '/api/council/actions',
    query: filters,
    render: (rows) => [el('p', { class: 'govuk-body' }, tally(counts)), list(rows, filters)],
  });
});

function tally({ open = 0, with_provider: theirs = 0, overdue = 0 }) {
  if (!open) return 'No open actions.';
  return [
    el('strong', {}, count(open, 'open action')),
    `: ${theirs ? `${theirs.toLocaleString('en-GB')} with the provider` : 'none with a provider'}`,
    overdue ? [', ', tag(`${overdue.toLocaleString('en-GB')} overdue`, 'red')] : ', none overdue',
    '.',
  ];
}

function list(rows, filters) {
  if (rows.length) return table({ caption: several('action'), captionClass: 'govuk-visually-hidden', columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(row) })), className: 'portal-actions-list' });
  if (filters.team || filters.type || filters.assigned_to) return [paragraph('There are no actions that match these filters.'), paragraph(link('/council/actions/', 'Show all open actions'))];
  return paragraph(filters.include_done ? 'There has been no action yet.' : 'Nothing is open for your teams. Tick “Include done” to see what was settled before.');
}

function cells(row) {
  return [
    link(withQuery('/council/actions/action/', { provider: row.provider_ref, action: row.action_id }), row.title),
    actionTag(row, 'council'),
    twoLines(row.provider_name, row.provider_ref),
    row.re || '-',
    row.type_name,
    row.due_on ? shortDate(row.due_on) : '-',
    age(row.age_days),
    row.assigned_to?.side === 'provider' ? 'The provider' : row.assigned_to?.name ?? '-',
    twoLines(shortInstant(row.last_post_at), row.last_post_side === 'council' ? 'by the council' : 'by the provider'),
  ];
}
