// An invoice or credit note as a document: who, for what, line by line with the arithmetic, and what it comes to.

import { withQuery } from './api.js';
import { el, link, summaryList, tag } from './dom.js';
import { count, dates, instant, money, shortDate, sum } from './format.js';
import { invoicePath } from './invoice-create.js';
import { table } from './table.js';
import { documentKind, itemKind } from './words.js';

const CORRECTIONS = { reversal: 'Reversal', reissue: 'Reissue' };
const COLUMNS = [
  { label: 'Line', className: 'portal-invoice__line' },
  { label: 'Week', className: 'portal-table__nowrap portal-invoice__week' },
  { label: 'Service', className: 'portal-invoice__service' },
  { label: 'How it is worked out' },
  { label: 'Amount', numeric: true },
];

/** What it is called: "Invoice 41", "Draft credit note". */
export function titleOf({ kind, number, state }) {
  if (number) return `${documentKind(kind)} ${number}`;
  return state === 'deleted' ? `Deleted draft ${documentKind(kind).toLowerCase()}` : `Draft ${documentKind(kind).toLowerCase()}`;
}

/** Who sends it to whom, and what for. */
export function parties(view) {
  const { vat } = view;
  return el('div', { class: 'portal-invoice__parties' }, [
    el('div', {}, el('h2', { class: 'govuk-heading-s' }, 'From'), el('p', { class: 'govuk-body portal-invoice__address' }, [view.provider_name, view.provider_address].filter(Boolean).join('\n')), vat?.number ? el('p', { class: 'govuk-body' }, `VAT registration number ${vat.number}`) : null),
    el('div', {}, el('h2', { class: 'govuk-heading-s' }, 'To'), el('p', { class: 'govuk-body' }, view.council_name)),
    el('div', {}, summaryList([
      ['Contract', `${view.contract_name ?? ''} (${view.contract_ref})`],
      ['Period', link(withQuery('/actuals/period/', { contract: view.contract_ref, period: view.period_start }), dates(view.period_start, view.period_end))],
      ['Submitted', submittedAt(view)],
      ['Window', view.window && view.state !== 'paid' && `Closes at ${instant(view.window.deadline)}${view.window.pay_date ? `, paid on ${shortDate(view.window.pay_date)}` : ''}`],
      ['Paid', view.paid_in && link(withQuery('/scheduled-payments/remittance/', { contract: view.contract_ref, period: view.paid_in }), 'Remittance advice')],
      ['Reference', view.invoice_id],
    ])),
  ]);
}

function submittedAt({ history = [] }) {
  const found = history.filter(({ state }) => state === 'submitted').at(-1);
  return found && instant(found.at);
}

/** The lines of care; VAT is among the totals. */
export const linesOfCare = ({ lines: all }) => all.filter(({ kind }) => kind !== 'vat');

/** The lines, those of each client together; what is about no client stands last. */
export function lines(view) {
  const groups = new Map();
  for (const line of linesOfCare(view)) {
    const key = line.ss_ref ?? '';
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const sorted = [...groups].sort(([one], [other]) => Number(one === '') - Number(other === ''));
  return [
    el('h2', { class: 'govuk-heading-m' }, `Lines (${linesOfCare(view).length.toLocaleString('en-GB')})`),
    sorted.map(([ref, own]) => table({
      caption: ref ? [own[0].client || 'Client', el('span', { class: 'portal-invoice__ref' }, ` SSRef ${ref}`)] : 'Not about one client',
      captionClass: 'govuk-table__caption--s',
      columns: COLUMNS,
      rows: own.map((line) => ({ cells: cells(line) })),
      foot: sorted.length > 1 && own.length > 1 ? [{ content: 'Together', span: 4 }, { content: money(sum(own.map(({ amount }) => amount))), numeric: true }] : null,
      className: 'portal-invoice__lines',
    })),
    sorted.length ? null : el('p', { class: 'govuk-body' }, 'There is nothing to invoice.'),
  ];
}

const sub = (...children) => el('span', { class: 'portal-table__sub' }, ...children);

function cells(line) {
  const correction = CORRECTIONS[line.correction];
  return [
    String(line.line),
    line.week_start ? shortDate(line.week_start) : '-',
    [line.service || itemKind(line.kind), line.cpli_id && sub(`CPLI ${line.cpli_id}`)],
    [
      correction ? [tag(correction, 'purple'), ' '] : null,
      line.kind === 'cost' ? null : itemKind(line.kind),
      line.arithmetic && el('span', { class: 'portal-table__sum' }, line.arithmetic.replace(/^./, (first) => first.toUpperCase())),
      line.cause && sub(`Because: ${line.cause}`),
      line.reverses && sub(reverses(line.reverses)),
    ],
    el('span', { class: 'portal-table__strong' }, money(line.amount)),
  ];
}

function reverses({ invoice_id: id, number, line }) {
  return ['Takes back line ', String(line), ' of ', link(invoicePath(id), number ? `invoice ${number}` : id)];
}

/** Net, VAT and what is to be paid. */
export function totals({ kind, net, vat, total }) {
  const rate = vat ? vatRate(vat) : null;
  const entries = [['Net', money(net)], rate && [rate, money(vat.suppliers_tax ?? vat.tax)], [kind === 'credit_note' ? 'Total credit' : 'Total', money(total)]].filter(Boolean);
  return el('dl', { class: 'portal-invoice__totals' }, entries.map(([term, amount], index) => el('div', { class: index === entries.length - 1 ? 'portal-invoice__total' : null }, el('dt', {}, term), el('dd', {}, amount))));
}

function vatRate({ category, percent }) {
  if (category === 'standard') return `VAT at ${String(percent).replace(/\.0+$/, '')}%`;
  return category === 'zero' ? 'VAT (zero-rated)' : 'VAT (exempt)';
}

/** What is left out, and why. */
export function notIncluded({ not_included: left = [] }) {
  if (!left.length) return null;
  return [
    el('h2', { class: 'govuk-heading-m' }, 'Not included'),
    el('p', { class: 'govuk-body' }, `${count(left.length, 'week is', 'weeks are')} not on this document, ${money(sum(left.map(({ amount }) => amount ?? '0.00')))} altogether. ${left.length === 1 ? 'It' : 'They'} can go on a later one.`),
    table({
      caption: 'What is not included, and why',
      captionClass: 'govuk-visually-hidden',
      columns: [{ label: 'Client' }, { label: 'Week', className: 'portal-table__nowrap' }, { label: 'Why' }, { label: 'Amount', numeric: true }],
      rows: left.map((each) => ({ cells: [[each.client || `SSRef ${each.ss_ref}`, sub([each.client && `SSRef ${each.ss_ref}`, `CPLI ${each.cpli_id}`].filter(Boolean).join(' · '))], shortDate(each.week_start), each.reason, money(each.amount)] })),
    }),
  ];
}
