// What the council announces above every page, and everything that it ever did.
import { get, post } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, paragraph, quote, tag, told } from '../dom.js';
import { chosen, dayIn, dayInput, radios, setDay, textArea } from '../fields.js';
import { clearErrors, onSubmit, orSay, requestId } from '../forms.js';
import { count, date, instant } from '../format.js';
import { growing } from '../more.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';

const API = '/api/council/announcements';
const TEXT_LENGTH_MAX = 500;
const AUDIENCES = { everybody: 'Everybody, signed in or not', providers: 'Providers who are signed in', staff: 'The council’s people who are signed in' };
const STANDINGS = { shown: ['Shown now', 'green'], coming: ['Coming', 'blue'], ended: ['Ended', 'grey'], withdrawn: ['Withdrawn', 'red'], replaced: ['Replaced', 'grey'] };
const COLUMNS = [{ label: 'Announcement' }, { label: 'For' }, { label: 'Shown' }, { label: 'State' }, { label: 'Made' }];

start(async () => show(await get(API)));

// The one that is being replaced by what is typed; null: a new one.
let replaces = null;
// One number for what is typed now, however often it is sent.
let request = null;

function show(view) {
  const columns = view.may_announce ? [...COLUMNS, { label: 'Change', plain: true }] : COLUMNS;
  fill(find('[data-make]'), view.may_announce ? form(view) : null);
  growing(find('[data-region]'), view, { path: API, render: (rows, more) => (rows.length
    ? table({ caption: `${count(rows.length, 'announcement')}${more ? ' so far' : ''}, the latest first`, columns, rows: rows.map((row) => ({ cells: cells(row, view.may_announce) })) })
    : paragraph('Nothing was announced yet.')) });
}

function cells(row, may) {
  const [word, colour] = STANDINGS[row.standing] ?? [row.standing, null];
  const lines = row.text.split('\n').flatMap((line, index) => (index ? [el('br'), line] : [line]));
  return [
    el('span', { class: 'portal-long' }, lines),
    AUDIENCES[row.audience] ?? row.audience,
    row.to_date ? twoLines(`from ${date(row.from_date)}`, `to ${date(row.to_date)}`) : twoLines(`from ${date(row.from_date)}`, 'until it is withdrawn'),
    [tag(word, colour), row.withdrawn_at ? el('span', { class: 'portal-table__sub' }, `${instant(row.withdrawn_at)} by ${row.withdrawn_by}`) : null],
    twoLines(instant(row.made_at), `by ${row.made_by}`),
    ...(may ? [changing(row)] : []),
  ];
}

function changing(row) {
  if (row.standing !== 'shown' && row.standing !== 'coming') return '-';
  const [first, step] = [el('div', { class: 'govuk-button-group' }), el('div')];
  const called = `the announcement “${row.text.slice(0, 40)}”`;
  const withdraw = () => orSay(step, async () => {
    const after = await post(`${API}/${encodeURIComponent(row.announcement_id)}/withdrawal`);
    clearErrors();
    show(after);
    told('The announcement is withdrawn. It stays in the history.');
  });
  first.append(
    button('Replace', () => replace(row), { hidden: called }),
    button('Withdraw', () => askAgain({ first, step, level: 'h2', title: 'Withdraw this announcement?', content: paragraph('Nobody is shown it any more. It stays in the history.'), yes: { text: 'Withdraw announcement', kind: 'warning' } }, withdraw), { hidden: called }),
  );
  return [first, step];
}

// What was announced is never rewritten: the new text takes its place.
function replace(row) {
  replaces = row.announcement_id;
  request = requestId();
  const details = find('[data-make] details');
  details.open = true;
  find('[data-make] [data-replacing]').replaceChildren(paragraph('This takes the place of:'), quote(row.text));
  find('#text').value = row.text;
  find('#text').dispatchEvent(new Event('input'));
  const audience = document.querySelector(`input[name="audience"][value="${row.audience}"]`);
  if (audience) audience.checked = true;
  if (row.standing === 'coming') setDay(find('[data-day="from_date"]'), row.from_date);
  setDay(find('[data-day="to_date"]'), row.to_date);
  find('#text').focus();
}

function form({ today }) {
  replaces = null;
  request = requestId();
  const made = el('form', { method: 'post', novalidate: true, 'aria-label': 'Announce something' },
    el('div', { dataset: { replacing: '' } }),
    textArea({ id: 'text', label: 'What it says', hint: 'Plain text. Never about a client.', rows: 3, lengthMax: TEXT_LENGTH_MAX }),
    radios({ id: 'audience', legend: 'Who is shown it', options: Object.entries(AUDIENCES).map(([value, text]) => ({ value, text })), value: 'everybody', small: true }),
    dayInput({ id: 'from_date', legend: 'First day', value: today }),
    dayInput({ id: 'to_date', legend: 'Last day', hint: 'Leave it empty to show it until it is withdrawn' }),
    el('button', { type: 'submit', class: 'govuk-button' }, 'Announce'));
  onSubmit(made, async () => {
    const body = { request_id: request, text: find('#text').value, audience: chosen(made, 'audience')[0], from_date: dayIn('from_date', 'The first day') ?? today, to_date: dayIn('to_date', 'The last day'), replaces };
    const after = await post(API, body);
    clearErrors();
    show(after);
    told('It is announced. Pages show it from its first day on, as they are opened.');
  }, { controlFor: (field) => document.getElementById(field) });
  return el('details', { class: 'govuk-details' },
    el('summary', { class: 'govuk-details__summary' }, el('span', { class: 'govuk-details__summary-text' }, 'Announce something')),
    el('div', { class: 'govuk-details__text' }, made));
}
