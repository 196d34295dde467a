// What changes, field by field: what it was beside what it is.

import { el } from './dom.js';
import { table } from './table.js';

const NOTHING = 'Nothing';
const text = (value) => (value === null || value === undefined || value === '' ? el('span', { class: 'portal-nothing' }, NOTHING) : el('span', { class: 'portal-said' }, value));

/** A table of {label, before, after}. `words` are what the two columns are called. */
export function differenceTable(rows, { caption, captionClass = 'govuk-table__caption--s', words = ['Before', 'After'], className = '' }) {
  return table({
    caption,
    captionClass,
    className: `portal-differences ${className}`.trim(),
    columns: [{ label: 'Field' }, { label: words[0] }, { label: words[1] }],
    rows: rows.map(({ label, before, after }) => ({ cells: [label, el('span', { class: 'portal-differences__before' }, text(before)), text(after)] })),
  });
}
