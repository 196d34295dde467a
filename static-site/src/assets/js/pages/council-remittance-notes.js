// Notes at the foot of remittance advice: which stand, a new one, and what was ever written and withdrawn.
import { Problem, get, post } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, insetText, paragraph, told } from '../dom.js';
import { chosen, dayIn, dayInput, radios, textArea, textInput } from '../fields.js';
import { clearErrors, orSay, requestId } from '../forms.js';
import { count, instant, shortDates } from '../format.js';
import { growing } from '../more.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';

const API = '/api/council/remittance-notes';
const LENGTH_MAX = 500;
const FOR = [
  { value: 'provider', text: 'One provider', hint: 'All of its contracts' },
  { value: 'contract', text: 'One contract' },
  { value: 'cycle', text: 'Everybody who is paid in a cycle' },
];

start(load);

async function load() {
  const [standing, past] = await Promise.all([get(API), get(`${API}/history`)]);
  const [notes, history] = [el('div'), el('div')];
  fill(find('[data-region]'), [
    standing.may_write ? form() : insetText(paragraph('You can read this. A payments officer writes the notes.')),
    el('h2', { class: 'govuk-heading-m' }, 'Notes on payments from today on'),
    notes,
    el('h2', { class: 'govuk-heading-m' }, 'Written and withdrawn'),
    history,
  ]);
  growing(notes, standing, { path: API, render: (rows, more) => (rows.length ? standingTable(rows, more, standing.may_write) : paragraph('No note stands.')) });
  growing(history, past, { path: `${API}/history`, render: (rows, more) => (rows.length ? historyTable(rows, more) : paragraph('No note was written yet.')) });
}

function form() {
  const request = requestId();
  const content = el('form', { novalidate: true, 'aria-label': 'Write a note' }, [
    radios({ id: 'note_for', name: 'note_for', legend: 'Who reads it', value: 'provider', options: FOR }),
    textInput({ id: 'reference', label: 'Reference', hint: 'Of the provider, the contract or the cycle, such as P1001, C1001 or 28DAY', className: 'govuk-input--width-10', attributes: { autocomplete: 'off', spellcheck: 'false' } }),
    dayInput({ id: 'from_date', name: 'from_date', legend: 'On payments with a pay date from' }),
    dayInput({ id: 'to_date', name: 'to_date', legend: 'To' }),
    textArea({ id: 'text', name: 'text', label: 'Note', hint: 'Do not name a client: everybody at the provider reads it.', rows: 3, lengthMax: LENGTH_MAX }),
    el('button', { type: 'submit', class: 'govuk-button' }, 'Write this note'),
  ]);
  const controlFor = (field) => content.querySelector(`[name="${field}"], [data-day="${field}"] input`);
  content.addEventListener('submit', (event) => {
    event.preventDefault();
    orSay(content, async () => {
      const days = Object.fromEntries([['from_date', 'The first pay date'], ['to_date', 'The last pay date']].map(([field, what]) => [field, needed(dayIn(field, what, field), field, what)]));
      await post(API, { request_id: request, note_for: chosen(content, 'note_for')[0], reference: content.elements.reference.value, ...days, text: content.elements.text.value });
      clearErrors();
      await load();
      told('The note is written.');
    }, { controlFor });
  });
  return el('details', { class: 'govuk-details portal-no-print' },
    el('summary', { class: 'govuk-details__summary' }, el('span', { class: 'govuk-details__summary-text' }, 'Write a note')),
    el('div', { class: 'govuk-details__text' }, content));
}

function needed(day, field, what) {
  if (day) return day;
  throw new Problem({ status: 422, code: 'invalid', title: 'Check the form', errors: [{ field, message: `Enter ${what.toLowerCase()}` }] });
}

const reader = ({ note_for: kind, reference, about }) => (kind === 'cycle' ? [`Everybody paid in ${reference}`, null] : [about || reference, reference]);

function standingTable(rows, more, mayWrite) {
  const columns = [{ label: 'Who reads it' }, { label: 'Pay dates' }, { label: 'Note' }, { label: 'By' }, mayWrite ? { label: 'Withdraw', plain: true } : null].filter(Boolean);
  return table({ caption: `${count(rows.length, 'note')}${more ? ' so far' : ''}, those that end first at the top`, columns, rows: rows.map((row) => ({ cells: [
    twoLines(...reader(row)), shortDates(row.from_date, row.to_date), row.text, twoLines(row.by, instant(row.at)), ...(mayWrite ? [withdrawing(row)] : []),
  ] })) });
}

function historyTable(rows, more) {
  return table({ caption: `${count(rows.length, 'entry', 'entries')}${more ? ' so far' : ''}, the latest first`, columns: [{ label: 'What' }, { label: 'Who reads it' }, { label: 'Pay dates' }, { label: 'Note' }, { label: 'By' }], rows: rows.map((row) => ({ cells: [
    row.withdrawal ? twoLines('Withdrawn', row.withdrawal.reason) : 'Written',
    twoLines(...reader(row)), shortDates(row.from_date, row.to_date), row.text, twoLines((row.withdrawal ?? row).by, instant((row.withdrawal ?? row).at)),
  ] })) });
}

function withdrawing(row) {
  const id = `reason-${row.note_id}`;
  const [first, step] = [el('div'), el('div')];
  const reason = textArea({ id, name: 'reason', label: 'Why it is withdrawn', rows: 2, lengthMax: LENGTH_MAX });
  const begin = () => askAgain({ first, step, title: 'Withdraw this note?', content: [paragraph('Payments that are finalised keep it.'), reason], yes: { text: 'Withdraw note', kind: 'warning' } }, () => orSay(step, async () => {
    await post(`${API}/withdrawal`, { note_id: row.note_id, reason: reason.querySelector('textarea').value });
    clearErrors();
    await load();
    told('The note is withdrawn.');
  }, { controlFor: () => reason.querySelector('textarea') }));
  first.append(button('Withdraw', begin, { hidden: `the note to ${reader(row)[0]}` }));
  return [first, step];
}
