// The lines of a statement: who and what, how the amount comes about, why it is not paid, where it came from.

import { withQuery } from './api.js';
import { el, hiddenText, link, tag } from './dom.js';
import { count, money, shortDate, shortDates } from './format.js';
import { table } from './table.js';
import { itemKind, status as statusWord } from './words.js';

/**
 * A table of lines with their total. `status`: with the state and reason of each. `query`: a function that gives the
 * cell and the row below in which a line is queried. `ask`: with a link to ask the council about each.
 */
export function lineTable({ caption, lines, total = null, view, status = false, query = null, ask = false }) {
  const columns = [
    { label: 'Client' },
    { label: 'Service' },
    { label: 'Dates' },
    { label: 'How it is worked out' },
    status ? { label: 'State' } : null,
    { label: 'Amount', numeric: true },
    query ? { label: 'Query', className: 'portal-table__query', plain: true } : null,
  ].filter(Boolean);
  return table({
    caption,
    columns,
    rows: lines.map((line) => lineRow(line, columns, view, status, query, ask)),
    foot: total === null || total === undefined ? null : footOf(columns, status, query, total),
  });
}

function footOf(columns, status, query, total) {
  const before = status ? 5 : 4;
  return [
    { content: 'Total', span: before },
    { content: money(total), numeric: true },
    ...(query ? [{ content: null }] : []),
  ];
}

function lineRow(line, columns, view, status, query, ask) {
  const asked = query ? query(line, columns, nameOf(line)) : null;
  return {
    extra: asked?.extra,
    className: asked?.open ? 'portal-table__row--open' : '',
    cells: [
      who(line),
      what(line),
      when(line),
      [how(line, view), ask ? question(line, view) : null],
      ...(status ? [why(line)] : []),
      el('span', { class: 'portal-table__strong' }, money(line.amount)),
      ...(asked ? [asked.cell] : []),
    ],
  };
}

/** What a line is called where it cannot be seen: "Mr A Able, 3 to 30 Oct 2022, £100.00". */
function nameOf(line) {
  return `${line.client ?? line.service ?? itemKind(line.kind)}, ${shortDates(line.service_from, line.service_to)}, ${money(line.amount)}`;
}

function who({ client, ss_ref: ref, cpli_id: cpli }) {
  return [
    client || (ref ? '' : 'No client'),
    ref && el('span', { class: 'portal-table__sub' }, `SSRef ${ref}`),
    cpli && el('span', { class: 'portal-table__sub' }, `CPLI ${cpli}`),
  ];
}

function what({ kind, service, service_level: level, paid_to: paidTo }) {
  return [
    service || itemKind(kind),
    level && el('span', { class: 'portal-table__sub' }, level),
    paidTo && el('span', { class: 'portal-table__sub' }, `Paid to ${paidTo}`),
  ];
}

function when({ service_from: from, service_to: to, days, kind }) {
  const unit = kind === 'void' ? ['empty bed-day'] : ['day'];
  return [
    shortDates(from, to),
    Number.isFinite(days) && days > 0 ? el('span', { class: 'portal-table__sub' }, count(days, ...unit)) : null,
  ];
}

// An action with the details of the line filled in; a query, beside it, is part of the response to the statement.
function question(line, view) {
  const address = withQuery('/actions/new/', { contract: view.contract_ref, period: view.period_start, item: line.item_id });
  return el('span', { class: 'portal-table__ask portal-no-print' }, link(address, 'Ask about this line', hiddenText(`: ${nameOf(line)}`)));
}

const CORRECTIONS = {
  reversal: { word: 'Reversal', says: 'Takes back what was paid earlier' },
  reissue: { word: 'Reissue', says: 'Paid again at the right amount' },
};

function how(line, view) {
  const correction = CORRECTIONS[line.correction];
  return [
    correction ? [tag(correction.word, 'purple'), ' '] : null,
    correction ? `${itemKind(line.kind)}: ${correction.says.toLowerCase()}` : itemKind(line.kind),
    line.arithmetic && el('span', { class: 'portal-table__sum' }, unbroken(line.arithmetic)),
    line.cause && el('span', { class: 'portal-table__sub' }, `Because: ${line.cause}`),
    earlier(line, view),
    line.query && el('span', { class: 'portal-table__sub' }, `Queried: ${line.query}`),
  ];
}

/** Arithmetic in which a sum of money is never broken over two lines, nor left by its sign. */
export function unbroken(arithmetic) {
  return arithmetic
    .split(/((?:= )?[−-]?£[\d,.]+)/)
    .map((part, index) => (index % 2 ? el('span', { class: 'portal-table__nowrap' }, part) : part));
}

function earlier({ carried_from_period: period, reverses }, view) {
  if (period) {
    const href = withQuery('/scheduled-payments/statement/', { contract: view.contract_ref, period });
    return el('span', { class: 'portal-table__sub' }, 'From the ', link(href, `statement of ${shortDate(period)}`));
  }
  return reverses ? el('span', { class: 'portal-table__sub' }, `Takes back item ${reverses}`) : null;
}

function why({ status, reason }) {
  const state = statusWord(status);
  return [tag(state.word, state.colour), reason && el('span', { class: 'portal-table__sub' }, reason)];
}
