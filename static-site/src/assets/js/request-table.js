// The provider's change requests: state, what they ask for, what became of them, and taking one back.

import { post } from './api.js';
import { askAgain } from './ask.js';
import { button, el, find, link, paragraph, told } from './dom.js';
import { clearErrors, orSay } from './forms.js';
import { shortInstant } from './format.js';
import { requestDetails, requestTag } from './requests.js';
import { extraRow, opener, table, twoLines } from './table.js';
import { changeRequestType } from './words.js';

const COLUMNS = [
  { label: 'Type' },
  { label: 'Status' },
  { label: 'Name' },
  { label: 'Submitted' },
  { label: 'Last updated' },
  { label: 'Rejection reason', className: 'portal-requests__reason' },
  { label: 'Details', plain: true },
];

/** The table. `again` reads the requests anew, after one was withdrawn or when somebody decided it meanwhile. */
export function requestTable(rows, { historical, again }) {
  if (!rows.length) {
    return paragraph(historical ? 'No change has ever been requested.' : 'No change request is pending or younger than a month. ', historical ? null : 'You ask for changes under ', historical ? null : link('/contacts/', 'Contacts'), historical ? null : '.');
  }
  return table({
    caption: 'Change requests',
    captionClass: 'govuk-visually-hidden',
    columns: COLUMNS,
    rows: rows.map((row, index) => requestRow(row, index, again)),
  });
}

function requestRow(row, index, again) {
  const extra = extraRow(COLUMNS, `request-${index}`, [requestDetails(row), row.can_withdraw ? withdrawal(row, again) : null]);
  return {
    extra,
    cells: [
      changeRequestType(row.type),
      requestTag(row),
      row.name || '-',
      twoLines(shortInstant(row.submitted_at), row.submitted_by && `by ${row.submitted_by}`),
      row.updated_at ? twoLines(shortInstant(row.updated_at), row.decided_by && `by ${row.decided_by}`) : '-',
      row.rejection_reason ? el('span', { class: 'portal-said' }, row.rejection_reason) : '-',
      opener(extra, row.can_withdraw ? 'Details, withdraw' : 'Details', `of the request: ${changeRequestType(row.type)}, ${row.name ?? ''}`),
    ],
  };
}

function withdrawal(row, again) {
  const step = el('div');
  const first = el('div', {}, button('Withdraw this request', () => askAgain({
    first,
    step,
    title: 'Are you sure you want to withdraw this request?',
    content: paragraph('Nothing is changed then. You can ask again at any time.'),
    yes: { text: 'Withdraw request', kind: 'warning' },
  }, () => orSay(step, withdraw, { onProblem: decidedMeanwhile }))));
  const withdraw = async () => {
    await post(`/api/contacts/requests/${encodeURIComponent(row.request_ref)}/withdrawal`);
    clearErrors();
    await again();
    told(`Your request is withdrawn: ${changeRequestType(row.type).toLowerCase()}${row.name ? `, ${row.name}` : ''}.`);
  };
  // Whoever decided it meanwhile was first: it is shown as it is now, with what they decided above it.
  const decidedMeanwhile = async (problem) => {
    if (problem.code === 'request-decided') {
      await again();
      find('#change-requests')?.scrollIntoView();
    }
    return false;
  };
  return el('div', { class: 'portal-no-print' }, first, step);
}
