// A council file as its pages show it: its state, what became of its rows, and those that were not applied.

import { el, link, paragraph, tag } from './dom.js';
import { fileLink } from './file-link.js';
import { count, date, money, shortInstant, signed, sum } from './format.js';
import { withQuery } from './api.js';
import { table, twoLines } from './table.js';

const STATES = { running: ['Being read', 'blue'], done: ['Read', 'green'], refused: ['Refused', 'red'] };
const FEEDS = { cplis: 'Care packages', action_types: 'Types of action', action_fields: 'Fields of types of action', exceptions: 'Decisions about exceptions', invoices: 'Decisions about invoices', staff: 'Council staff' };
const COUNTS = [['new', 'new'], ['changed', 'changed'], ['unchanged', 'unchanged'], ['superseded', 'said later already'], ['pending', 'waiting'], ['rejected', 'not applied']];

/** "cplis" as people call it. */
export const feedName = (feed) => FEEDS[feed] ?? `${feed.charAt(0).toUpperCase()}${feed.slice(1)}`.replaceAll('_', ' ');

/** The state of a file. */
export function fileTag(state) {
  const [word, colour] = STATES[state] ?? [state, 'grey'];
  return tag(word, colour);
}

/** What became of the rows, in words: "3 read: 2 new, 1 not applied". */
export function countsLine(counts) {
  if (!counts) return '-';
  const parts = COUNTS.filter(([name]) => counts[`rows_${name}`]).map(([name, word]) => `${counts[`rows_${name}`].toLocaleString('en-GB')} ${word}`);
  return `${count(counts.rows_read, 'row')} read${parts.length ? `: ${parts.join(', ')}` : ''}`;
}

/** The page of a file. */
export const filePath = ({ feed, time }) => withQuery('/council/imports/file/', { feed, time });

/** Rows that were not applied, and a link to all of them. */
export function logTable({ log = [], log_not_shown: rest = 0 }, href, { caption = 'Rows that were not applied', none = 'Every row was applied.' } = {}) {
  if (!log.length && rest === 0) return paragraph(none);
  return [
    log.length ? table({
      caption,
      columns: [{ label: 'Row', className: 'portal-table__nowrap' }, { label: 'Column' }, { label: 'Code' }, { label: 'What to do' }],
      rows: log.map(({ row, column, code, message }) => ({ cells: [row ?? 'File', column || '-', el('a', { class: 'govuk-link', href: `/problems/${code}/` }, code), message] })),
    }) : null,
    paragraph(fileLink(href, 'Download the log (CSV)'), rest === null ? ': it is too long to be shown here.' : rest ? `: it has ${count(rest, 'further row')}.` : ''),
  ];
}

/** What a file would change in pounds, contract by contract. */
export function poundsTable({ payable_change: all, contracts = [], contracts_not_shown: rest = 0 }) {
  if (!contracts.length) return paragraph('No open statement would change.');
  return [
    paragraph('Together the open statements would change by ', el('strong', {}, signed(all)), '.'),
    table({
      caption: 'What would change in open statements',
      columns: [{ label: 'Provider' }, { label: 'Contract' }, { label: 'Period from', className: 'portal-table__nowrap' }, { label: 'Now', numeric: true }, { label: 'Then', numeric: true }, { label: 'Change', numeric: true }],
      rows: contracts.map((each) => ({ cells: [
        each.provider_ref ? twoLines(each.provider_name ?? each.provider_ref, each.provider_name ? each.provider_ref : null) : '-',
        each.contract_ref, date(each.period_start), money(each.payable_before), money(each.payable_after), signed(sum([each.payable_after, minus(each.payable_before)])),
      ] })),
    }),
    rest ? paragraph(`${count(rest, 'further contract')} would change too and ${rest === 1 ? 'is' : 'are'} not shown.`) : null,
  ];
}

const minus = (amount) => (amount.startsWith('-') ? amount.slice(1) : `-${amount}`);

/** Rows that wait for something not yet known. */
export function waitingTable(rows, { files = true } = {}) {
  return table({
    caption: 'Rows that wait',
    columns: [...(files ? [{ label: 'File' }] : []), { label: 'Rows' }, { label: 'Wait for' }, { label: 'Since', className: 'portal-table__nowrap' }, { label: 'Tried until', className: 'portal-table__nowrap' }],
    rows: rows.map((row) => ({ cells: [...(files ? [link(filePath(row), row.file)] : []), few(row.rows), row.waits_for, shortInstant(row.since), date(row.until)] })),
  });
}

const FEW = 10;
const few = (rows) => (rows.length > FEW ? `${rows.slice(0, FEW).join(', ')} and ${rows.length - FEW} more` : rows.join(', '));
