// The queue of change requests: what providers ask to be changed about their contacts.
import { get, withQuery } from '../api.js';
import { age } from '../age.js';
import { el, find, link, paragraph, show } from '../dom.js';
import { count, shortInstant } from '../format.js';
import { growing } from '../more.js';
import { start } from '../page.js';
import { requestTag, requestTitle } from '../requests.js';
import { table, twoLines } from '../table.js';

const COLUMNS = [
  { label: 'Request' },
  { label: 'State' },
  { label: 'Provider' },
  { label: 'Submitted' },
  { label: 'Age', className: 'portal-table__nowrap' },
  { label: 'Decided' },
];

const history = new URLSearchParams(location.search).get('history') === 'yes' ? 'yes' : null;

start(async () => {
  find('#history').checked = Boolean(history);
  const first = await get(withQuery('/api/council/change-requests', { history }));
  show(find('[data-filters]'), true);
  const waiting = first.counts?.pending ?? 0;
  growing(find('[data-region]'), first, {
    path: '/api/council/change-requests',
    query: { history },
    render: (rows) => [
      el('p', { class: 'govuk-body' }, waiting ? el('strong', {}, `${count(waiting, 'change request waits', 'change requests wait')} for a decision.`) : 'No change request waits for a decision.'),
      rows.length ? table({ caption: 'Change requests', captionClass: 'govuk-visually-hidden', columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(row) })) }) : null,
      !rows.length && history ? paragraph('No provider has ever asked for a change.') : null,
    ],
  });
});

function cells(row) {
  return [
    link(withQuery('/council/change-requests/request/', { provider: row.provider_ref, request: row.request_ref }), requestTitle(row)),
    requestTag(row),
    twoLines(row.provider_name, row.provider_ref),
    twoLines(shortInstant(row.submitted_at), row.submitted_by && `by ${row.submitted_by}`),
    row.state === 'pending' ? age(row.age_days) : '-',
    row.state === 'pending' ? '-' : twoLines(shortInstant(row.updated_at), row.decided_by && `by ${row.decided_by}`),
  ];
}
