// Submitted invoices and credit notes of all providers: approve, or dispute and say why.
import { askAgain } from '../ask.js';
import { button, el, paragraph, tag } from '../dom.js';
import { textArea } from '../fields.js';
import { age } from '../age.js';
import { count, instant, money, shortDates } from '../format.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';
import { decision, queue } from '../waiting.js';
import { documentKind } from '../words.js';

const PATH = '/api/council/invoices';
const load = (notice = null) => queue({ path: PATH, none: 'No invoice or credit note waits for the council.', render, notice });

start(() => load());

function render(rows, more, view) {
  const columns = [{ label: 'Document' }, { label: 'Provider' }, { label: 'Period of care' }, { label: 'Waiting' }, { label: 'Total', numeric: true }, view.may_decide ? { label: 'Decide', plain: true } : null].filter(Boolean);
  return table({ caption: `${count(rows.length, 'document')}${more ? ' so far' : ''}`, columns, rows: rows.map((row) => ({ cells: cells(row, view) })) });
}

function cells(row, view) {
  return [
    twoLines(`${documentKind(row.kind)} ${row.number}`, `Submitted by ${row.submitted_by}`),
    twoLines(row.provider_name, `${row.contract_name} (${row.contract_ref})`),
    shortDates(row.period_start, row.period_end),
    [row.overdue ? tag(`${age(row.age_days)}: overdue`, 'red') : age(row.age_days), el('span', { class: 'portal-table__sub' }, instant(row.submitted_at))],
    twoLines(money(row.total), `of which VAT ${money(row.vat)}`),
    ...(view.may_decide ? [deciding(row)] : []),
  ];
}

function deciding(row) {
  const called = `${documentKind(row.kind).toLowerCase()} ${row.number} of ${row.provider_name}`;
  const [first, step] = [el('div', { class: 'govuk-button-group' }), el('div')];
  const id = `reason-${row.provider_ref}-${row.number}`;
  const words = textArea({ id, name: 'reason', label: 'What is wrong with it', hint: 'The provider reads this.', rows: 3 });
  const control = () => document.getElementById(id);
  const of = { provider_ref: row.provider_ref, invoice_id: row.invoice_id };
  const decide = decision(step, PATH, { controlFor: control, after: load });
  const send = (what, notice) => decide({ ...of, decision: what, reason: control()?.value ?? '' }, notice);
  first.append(
    button('Approve', () => askAgain({ first, step, level: 'h2', title: `Approve ${called}?`, content: paragraph(`${money(row.total)} is paid with the next statement of its contract.`), yes: { text: 'Approve' } }, () => send('approve', `The ${called} is approved. It leaves this list within minutes.`)), { kind: null, hidden: called }),
    button('Dispute', () => askAgain({ first, step, level: 'h2', title: `Dispute ${called}?`, content: words, yes: { text: 'Dispute', kind: 'warning' } }, () => send('dispute', `The ${called} is disputed. Its provider reads your reason.`)), { hidden: called }),
  );
  return [first, step];
}
