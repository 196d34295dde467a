// A purchase order as a document: from whom to whom, for which client and year, line by line. For both sides.

import { el, insetText, link, paragraph, summaryList } from './dom.js';
import { differenceTable } from './differences.js';
import { count, dates, instant, money, shortDates, shortInstant } from './format.js';
import { unbroken } from './statement-lines.js';
import { table } from './table.js';
import { itemKind } from './words.js';

const COLUMNS = [
  { label: 'Service' },
  { label: 'Dates', className: 'portal-order__dates' },
  { label: 'How it is worked out' },
  { label: 'Amount', numeric: true },
];

/** The financial year in words: "2026/27". */
export const yearText = (year) => String(year ?? '').replace('-', '/');

/** The order itself. */
export function orderDocument(view) {
  return el('article', { class: 'portal-invoice', 'aria-label': `Purchase order ${view.order_ref}` }, [parties(view), lines(view), totals(view)]);
}

function parties(view) {
  const provider = view.provider ?? {};
  return el('div', { class: 'portal-invoice__parties' }, [
    el('div', {}, el('h2', { class: 'govuk-heading-s' }, 'From'), el('p', { class: 'govuk-body' }, view.council_name)),
    el('div', {}, el('h2', { class: 'govuk-heading-s' }, 'To'), el('p', { class: 'govuk-body portal-invoice__address' }, [provider.name, provider.address].filter(Boolean).join('\n'))),
    el('div', {}, summaryList([
      ['Reference', view.order_ref],
      ['Client', view.client],
      ['SSRef', view.ss_ref],
      ['Financial year', `${yearText(view.financial_year)}, ${dates(view.from, view.to)}`],
      ['Revision', `${view.revision} of ${instant(view.revised_at)}`],
    ])),
  ]);
}

const sub = (...children) => el('span', { class: 'portal-table__sub' }, ...children);

function lines({ lines: all = [] }) {
  if (!all.length) return paragraph('Nothing is ordered any more for this client in this year.');
  return table({
    caption: `Services and prices (${count(all.length, 'line')})`,
    captionClass: 'govuk-table__caption--s',
    columns: COLUMNS,
    className: 'portal-invoice__lines',
    rows: all.map((line) => ({
      cells: [
        [line.service || '-', line.service_level && sub(line.service_level), sub([line.cpli_id && `CPLI ${line.cpli_id}`, line.contract_name].filter(Boolean).join(' · '))],
        [shortDates(line.from, line.to), line.days ? sub(count(line.days, 'day')) : null],
        [line.kind === 'cost' ? null : itemKind(line.kind), line.arithmetic && el('span', { class: 'portal-table__sum' }, unbroken(line.arithmetic))],
        el('span', { class: 'portal-table__strong' }, money(line.amount)),
      ],
    })),
  });
}

function totals({ total_cost: cost, total_income: income, total }) {
  const entries = [['Cost', cost], ['Income (deductions)', income], ['Total', total]].filter(([, amount]) => amount !== null && amount !== undefined);
  return el('dl', { class: 'portal-invoice__totals' }, entries.map(([term, amount], index) => el('div', { class: index === entries.length - 1 ? 'portal-invoice__total' : null }, el('dt', {}, term), el('dd', {}, money(amount)))));
}

/** That what is shown is not the newest; null if it is. `newest` is the page of the newest one. */
export function earlierNote({ latest, revision }, newest) {
  return latest ? null : insetText(paragraph(`This is revision ${revision}. It is not in force any more. `, link(newest, 'Show the revision in force')));
}

/** What is different from the revision before. */
export function orderDifferences({ differences = [], revision }) {
  if (!differences.length) return null;
  return differenceTable(differences, { caption: `What changed with revision ${revision}`, captionClass: 'govuk-table__caption--m', words: [`Revision ${revision - 1}`, `Revision ${revision}`], className: 'portal-no-print' });
}

/** Every revision, with why there is one. `href(revision)` is where it is shown. */
export function orderRevisions({ revisions = [], revision: shown }, href) {
  if (revisions.length < 2) return null;
  return table({
    caption: 'Revisions',
    className: 'portal-no-print',
    columns: [{ label: 'Revision' }, { label: 'Made', className: 'portal-table__nowrap' }, { label: 'Because' }, { label: 'Total', numeric: true }],
    rows: revisions.map(({ revision, at, cause, total }) => ({
      cells: [revision === shown ? `Revision ${revision} (shown)` : link(href(revision), `Revision ${revision}`), shortInstant(at), cause || '-', money(total)],
    })),
  });
}
