// What is gathered about one provider or client: parts with a few rows each, and the page that has all of it.

import { el, link, paragraph } from './dom.js';
import { count, money, shortDate } from './format.js';
import { titled, within } from './labels.js';
import { table } from './table.js';
import { plain } from './words.js';

// What the day of a row is, by part.
const DAYS = { contracts: 'On the portal from', statements: 'Confirm by', exceptions: 'Week', actions: 'Due', documents: 'Day', orders: 'Revised', lines: 'Period from', actuals: 'Week', care_packages: 'Began', change_requests: 'Submitted', files: 'Came', invoices: 'Submitted' };

/** A part; where there is nothing it says so. */
export function part({ section, title, url, rows, count: all }) {
  const more = all > rows.length ? ` of ${all.toLocaleString('en-GB')}` : '';
  return el('section', { class: 'portal-apart', 'aria-labelledby': `part-${section}` }, [
    el('h2', { class: 'govuk-heading-m', id: `part-${section}` }, titled(title)),
    rows.length ? table({ caption: `${count(rows.length, 'row')}${more}`, captionClass: 'govuk-table__caption--s', ...content(section, rows) }) : paragraph('There is nothing.'),
    url && paragraph(link(url, `See all: ${within(titled(title))}`)),
  ]);
}

// Only columns in which something stands.
function content(section, rows) {
  const has = (name) => rows.some((row) => row[name] !== null && row[name] !== undefined);
  const columns = [{ label: 'What' }, has('state') && { label: 'State' }, has('on') && { label: DAYS[section] ?? 'Day' }, has('amount') && { label: 'Amount', numeric: true }].filter(Boolean);
  const cells = (row) => [
    [row.url ? link(row.url, row.what) : row.what, ...[row.about, ...(row.lines ?? []).map(said)].filter(Boolean).map((text) => el('span', { class: 'portal-table__sub' }, text))],
    has('state') && (row.state ? plain(row.state) : '-'),
    has('on') && (row.on ? shortDate(row.on) : '-'),
    has('amount') && (row.amount === null ? '-' : money(row.amount)),
  ].filter((cell) => cell !== false);
  return { columns, rows: rows.map((row) => ({ cells: cells(row) })) };
}

// What is one word in the API's spelling.
const said = (text) => (/^[a-z]+(_[a-z]+)*$/.test(text) ? plain(text) : text);
