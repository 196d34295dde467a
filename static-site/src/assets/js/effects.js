// What a change would mean for statements, in pounds: for what an action proposes, and for what is decided by hand.

import { el, insetText, paragraph } from './dom.js';
import { money, shortDates, signed } from './format.js';
import { table, twoLines } from './table.js';
import { status as statusWord } from './words.js';

const COLUMNS = [{ label: 'Contract' }, { label: 'Period', className: 'portal-table__nowrap' }, { label: 'Now', numeric: true }, { label: 'Then', numeric: true }, { label: 'Difference', numeric: true }];

/** The statements that would come to something else, with the sums of their differences. */
export function effectsTable({ effects: rows = [], total_difference: total, total_non_payable_difference: unpaid }) {
  if (!rows.length) return insetText(paragraph('It changes no amount of any statement that is computed so far.'));
  return table({
    caption: 'What it comes to',
    captionClass: 'govuk-table__caption--s',
    columns: COLUMNS,
    rows: rows.flatMap((row) => [
      amounts(row, row, twoLines(row.contract_name ?? row.contract_ref, row.contract_ref)),
      ...(row.non_payable ?? []).map((held) => amounts(row, held, twoLines(`Not payable (${statusWord(held.status).word.toLowerCase()})`, row.contract_name ?? row.contract_ref))),
    ]),
    foot: heldAtAll(rows) ? [sum('Total paid', total), sum('Total not payable', unpaid)] : sum('Total', total),
  });
}

const heldAtAll = (rows) => rows.some((row) => row.non_payable?.length);
const sum = (content, amount) => [{ content, span: 4 }, { content: signed(amount), numeric: true }];

function amounts({ period_start: from, period_end: to }, { now, then, difference }, name) {
  return { cells: [name, shortDates(from, to), money(now), money(then), el('span', { class: 'portal-table__strong' }, signed(difference))] };
}
