// Remittance advice: what a finalised payment is made of.
import { get, withQuery } from '../api.js';
import { el, fill, find, paragraph, show, summaryList } from '../dom.js';
import { fileLink } from '../file-link.js';
import { dates, instant, money, shortDate, shortDates } from '../format.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';
import { setTitle } from '../title.js';
import { itemKind } from '../words.js';

const COLUMNS = [
  { label: 'SSRef' },
  { label: 'Client' },
  { label: 'Cost or income' },
  { label: 'Reason' },
  { label: 'Dates' },
  { label: 'Value', numeric: true },
];

start(async () => {
  const query = new URLSearchParams(location.search);
  const [contract, period] = [query.get('contract') ?? '', query.get('period') ?? ''];
  const view = { summary: query.get('summary') === 'true', show_pairs: query.get('show_pairs') === 'true' };
  const api = `/api/scheduled-payments/${encodeURIComponent(contract)}/${encodeURIComponent(period)}`;
  find('[data-back]').href = withQuery('/scheduled-payments/statement/', { contract, period });
  find('[data-back]').textContent = 'Statement';
  const advice = await get(withQuery(`${api}/remittance`, view));
  setTitle(`Remittance advice of ${named(advice.contract, 'contract_ref')}, ${spanOf(advice.period)}`);
  showFilters(contract, period, view);
  fill(find('[data-region]'), [
    head(advice),
    el('ul', { class: 'portal-links' }, [
      el('li', {}, fileLink(`${api}/remittance.pdf`, 'Download as PDF')),
      el('li', {}, el('a', { class: 'govuk-link', href: withQuery(`${api}/remittance.csv`, view), download: true }, 'Download as CSV')),
      el('li', {}, el('button', { type: 'button', class: 'portal-link-button', on: { click: () => print() } }, 'Print')),
    ]),
    lines(advice),
    hidden(advice.pairs_hidden, view),
    councilNotes(advice.council_notes),
    notes(advice.notes),
  ]);
});

function showFilters(contract, period, view) {
  const form = find('[data-filters]');
  form.elements.contract.value = contract;
  form.elements.period.value = period;
  form.elements.summary.checked = view.summary;
  form.elements.show_pairs.checked = view.show_pairs;
  show(form, true);
}

function head({ provider, contract, period, run_id: run, finalised_at: at, pay_date: payDate, total }) {
  return summaryList([
    ['Provider', named(provider, 'provider_ref')],
    ['Contract', named(contract, 'contract_ref')],
    ['Period', spanOf(period)],
    ['Total paid', el('strong', {}, money(total))],
    ['Pay date', payDate && shortDate(payDate)],
    ['Finalised', at && instant(at)],
    ['Run', run],
  ], 'portal-facts');
}

// A name with its reference, whether it comes as text or as an object.
function named(thing, ref) {
  if (!thing || typeof thing === 'string') return thing ?? null;
  return [thing.name, thing[ref] && `(${thing[ref]})`].filter(Boolean).join(' ');
}

function spanOf(period) {
  if (!period || typeof period === 'string') return period ?? null;
  return dates(period.period_start ?? period.start_date, period.period_end ?? period.end_date);
}

function lines({ lines: all, total }) {
  if (!all?.length) return paragraph('Nothing was paid for this period.');
  return table({
    caption: 'What the payment is made of',
    columns: COLUMNS,
    rows: all.map((line) => ({
      cells: [
        line.ss_ref || '-',
        line.client || '-',
        itemKind(line.kind),
        twoLines(line.reason, line.paid_to && `Paid to ${line.paid_to}`),
        line.service_from ? shortDates(line.service_from, line.service_to) : '-',
        money(line.amount),
      ],
    })),
    foot: [{ content: 'Total', span: 5 }, { content: money(total), numeric: true }],
  });
}

function hidden(pairs, view) {
  if (!pairs || view.show_pairs) return null;
  const number = Number(pairs);
  return paragraph(
    number === 1 ? 'One pair of items that cancel each other out is hidden.' : Number.isFinite(number) && number > 1 ? `${number} pairs of items that cancel each other out are hidden.` : 'Pairs of items that cancel each other out are hidden.',
  );
}

function councilNotes(all) {
  if (!all?.length) return null;
  return [el('h2', { class: 'govuk-heading-m' }, 'From the council'), all.map((note) => paragraph(note))];
}

function notes(all) {
  if (!all?.length) return null;
  return [
    el('h2', { class: 'govuk-heading-m' }, 'Notes'),
    el('ul', { class: 'govuk-list govuk-list--bullet' }, all.map((note) => el('li', {}, typeof note === 'string' ? note : (note.text ?? '')))),
  ];
}
