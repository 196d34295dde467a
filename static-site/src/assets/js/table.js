// Tables. Where they do not fit, each row becomes a card whose values are named; the roles are written out because
// a browser drops them when a table is no longer laid out as one.

import { el } from './dom.js';

/**
 * A table. `columns` are {label, numeric, className, plain: true where a card needs no label}; the first names its row. `rows` are {cells, extra: a node for a row below, className}; `foot` is a row of cells {content, span}, or several such rows.
 */
export function table({ caption, captionClass = 'govuk-table__caption--m', columns, rows, foot = null, className = '' }) {
  return el(
    'table',
    { class: `govuk-table portal-table portal-table--cards ${className}`.trim(), role: 'table' },
    el('caption', { class: `govuk-table__caption ${captionClass}` }, caption),
    el('thead', { class: 'govuk-table__head', role: 'rowgroup' }, headRow(columns)),
    el('tbody', { class: 'govuk-table__body', role: 'rowgroup' }, rows.flatMap((row) => bodyRows(columns, row))),
    foot && el('tfoot', { class: 'govuk-table__foot', role: 'rowgroup' }, (Array.isArray(foot[0]) ? foot : [foot]).map(footRow)),
  );
}

function headRow(columns) {
  return el(
    'tr',
    { class: 'govuk-table__row', role: 'row' },
    columns.map(({ label, numeric, className = '' }) =>
      el(
        'th',
        {
          class: `govuk-table__header ${numeric ? 'govuk-table__header--numeric' : ''} ${className}`.trim(),
          scope: 'col',
          role: 'columnheader',
        },
        label,
      ),
    ),
  );
}

function bodyRows(columns, { cells, extra = null, className = '' }) {
  const row = el(
    'tr',
    { class: `govuk-table__row ${className}`.trim(), role: 'row' },
    cells.map((content, index) => cell(columns[index], content, index === 0)),
  );
  return extra ? [row, extra] : [row];
}

function cell({ label, numeric, className = '', plain }, content, namesRow) {
  const kind = numeric ? ' govuk-table__cell--numeric' : '';
  const attributes = namesRow
    ? { class: `govuk-table__header ${className}`.trim(), scope: 'row', role: 'rowheader' }
    : { class: `govuk-table__cell${kind} ${className}`.trim(), role: 'cell' };
  return el(namesRow ? 'th' : 'td', attributes, !plain && el('span', { class: 'portal-table__label' }, label), content);
}

function footRow(cells) {
  return el(
    'tr',
    { class: 'govuk-table__row', role: 'row' },
    cells.map(({ content, span = 1, numeric }, index) =>
      el(
        index === 0 ? 'th' : 'td',
        {
          class: index === 0 ? 'govuk-table__header' : `govuk-table__cell${numeric ? ' govuk-table__cell--numeric' : ''}`,
          colspan: span > 1 ? span : null,
          scope: index === 0 ? 'row' : null,
          role: index === 0 ? 'rowheader' : 'cell',
        },
        content,
      ),
    ),
  );
}

/** A row below another one, over all columns. */
export function extraRow(columns, id, content) {
  return el(
    'tr',
    { class: 'govuk-table__row portal-table__extra', role: 'row', id, hidden: true },
    el('td', { class: 'govuk-table__cell', role: 'cell', colspan: columns.length }, content),
  );
}

/** A button that opens and closes the row below. */
export function opener(row, text, about) {
  const toggle = el(
    'button',
    { type: 'button', class: 'portal-link-button', 'aria-expanded': 'false', 'aria-controls': row.id },
    text,
    el('span', { class: 'govuk-visually-hidden' }, ` ${about}`),
  );
  toggle.addEventListener('click', () => setOpen(row, toggle, row.hidden));
  return toggle;
}

/** Opens or closes the row below. */
export function setOpen(row, control, open) {
  row.hidden = !open;
  control.setAttribute('aria-expanded', String(open));
  row.previousElementSibling?.classList.toggle('portal-table__row--open', open);
}

/** Two lines of a cell: the second quieter. */
export function twoLines(first, second) {
  return [first || '-', second && el('span', { class: 'portal-table__sub' }, second)];
}
