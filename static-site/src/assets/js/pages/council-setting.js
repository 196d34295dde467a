// One of the council's settings: what it says, what is to change, who changed it when; and changing it from a day on.
import { Problem, get, post } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, insetText, paragraph, summaryList, told } from '../dom.js';
import { checkboxes, chosen, dayIn, dayInput, group, radios, textArea, textInput } from '../fields.js';
import { clearErrors, onSubmit, orSay, requestId } from '../forms.js';
import { date, shortDate, shortInstant } from '../format.js';
import { start } from '../page.js';
import { inWords, maker, seen } from '../setting-view.js';
import { table, twoLines } from '../table.js';
import { setTitle } from '../title.js';

// What was said comes as a council file, which takes a moment to be taken in.
const ASK_AGAIN_MILLISECONDS = [500, 1000, 1000, 2000, 2000, 4000, 4000, 8000, 8000];
const REASON_LENGTH_MAX = 1000;
const LOGO_BYTES_MAX = 100 * 1024;
const name = new URLSearchParams(location.search).get('setting') ?? '';
const API = `/api/council/settings/${encodeURIComponent(name)}`;

start(async () => draw(await get(API)));

function draw(view) {
  find('[data-heading]').textContent = view.label;
  setTitle(view.label);
  fill(find('[data-region]'), [
    summaryList([
      ['What it decides', view.meaning],
      ['It says', seen(view, view.value)],
      ['Since', view.since ? `${date(view.since.from_date)}, ${maker(view.since.by)}` : 'The default, until the council says otherwise'],
      ['If nothing is said', inWords(view, view.default)],
    ]),
    view.coming.length ? coming(view) : null,
    view.may_configure ? form(view) : insetText(paragraph('Your role lets you look, but not change. Somebody with the role “configuration” can.')),
    history(view),
  ]);
}

function coming(view) {
  const columns = [{ label: 'From' }, { label: 'It will say' }, { label: 'Why' }, { label: 'Decided by' }, view.may_configure ? { label: 'Withdraw', plain: true } : null].filter(Boolean);
  const cells = (row) => [shortDate(row.from_date), inWords(view, row.value), row.reason || '-', maker(row.by), ...(view.may_configure ? [withdrawing(row)] : [])];
  return table({ caption: 'To come', columns, rows: view.coming.map((row) => ({ cells: cells(row) })) });
}

function withdrawing({ from_date: day }) {
  const [request, id] = [requestId(), `withdraw-${day}`];
  const [first, step] = [el('div'), el('div')];
  const words = textArea({ id, name: 'reason', label: 'Why', rows: 2 });
  const controlFor = () => document.getElementById(id);
  first.append(button('Withdraw', () => askAgain({ first, step, level: 'h2', title: `Withdraw the change of ${date(day)}?`, content: [paragraph('What holds on the day before goes on.'), words], yes: { text: 'Withdraw change' } }, () => orSay(step, async () => {
    const taken = await post(`${API}/withdrawals`, { request_id: request, from_date: day, reason: words.querySelector('textarea').value });
    clearErrors();
    await follow(taken, `Nothing is to change on ${date(day)}.`);
  }, { controlFor })), { hidden: `the change of ${date(day)}` }));
  return [first, step];
}

function form(view) {
  const request = requestId();
  const body = el('form', { method: 'post', 'aria-labelledby': 'change-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'change-heading' }, 'Change it'),
    control(view),
    dayInput({ id: 'from_date', legend: 'From which day on', hint: 'Leave it empty for at once. On a coming day it changes within a quarter of an hour after midnight.' }),
    textArea({ id: 'reason', label: 'Why', rows: 3, lengthMax: REASON_LENGTH_MAX }),
    el('button', { class: 'govuk-button', type: 'submit' }, 'Change setting'),
  ]);
  const controlFor = (field) => document.getElementById(field) ?? document.getElementById('value');
  onSubmit(body, async (values) => {
    const value = await said(view, body, values);
    const taken = await post(`${API}/changes`, { request_id: request, value, from_date: dayIn('from_date', 'The day'), reason: values.reason });
    clearErrors();
    await follow(taken, 'The setting is changed.');
  }, { controlFor });
  return body;
}

/** What the form says, as files spell it. A picture is sent first, and called by its name then. */
async function said({ kind }, form, values) {
  if (kind === 'some_of') return chosen(form, 'value').join(' ') || 'none';
  if (kind !== 'picture') return values.value ?? '';
  const [file] = form.elements.value.files;
  if (!file) return '';
  if (file.size > LOGO_BYTES_MAX) throw new Problem({ status: 422, code: 'invalid', title: 'Choose another picture', errors: [{ field: 'value', message: 'The picture must be smaller than 100 KB' }] });
  return (await post('/api/council/logo', { picture: await base64(file) })).value;
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function control(view) {
  const [id, label] = ['value', 'It says'];
  const options = view.choices.map(({ value, label: text }) => ({ value, text }));
  if (view.kind === 'yes_no') return radios({ id, legend: label, value: view.value, options: [{ value: 'yes', text: 'Yes' }, { value: 'no', text: 'No' }] });
  if (view.kind === 'one_of') return radios({ id, legend: label, value: view.value, options });
  if (view.kind === 'some_of') return checkboxes({ id, legend: label, values: view.value.split(' '), options });
  if (view.kind === 'whole') return textInput({ id, label, hint: `A whole number from ${view.min} to ${view.max.toLocaleString('en-GB')}. Empty: ${view.default}`, value: view.value, className: 'govuk-input--width-5', attributes: { inputmode: 'numeric', autocomplete: 'off' } });
  if (view.kind === 'picture') {
    const input = el('input', { class: 'govuk-file-upload', id, name: id, type: 'file', accept: 'image/png,image/jpeg', 'aria-describedby': `${id}-hint` });
    return group({ id, label, hint: 'A PNG or JPEG picture of up to 100 KB. Without a picture there is no logo: the council’s name stands alone.' }, input);
  }
  const hints = {
    colour: `# and six hexadecimal digits, such as ${view.default}`,
    label: 'The word for one, a slash and the word for several, such as Query / Queries',
    dates: 'Dates such as 2026-12-29, with spaces between them',
    codes: 'Codes of letters and digits, with spaces between them',
    email: 'An email address',
  };
  return textInput({ id, label, hint: hints[view.kind] ?? null, value: view.value, attributes: { autocomplete: 'off' } });
}

function history(view) {
  if (!view.history.length) return paragraph('Nobody has changed it.');
  const columns = [{ label: 'Said' }, { label: 'From' }, { label: 'Before' }, { label: 'After' }, { label: 'Why' }];
  const cells = (row) => [
    twoLines(shortInstant(row.at), maker(row.by)),
    shortDate(row.from_date),
    inWords(view, row.before),
    row.withdrawn ? twoLines(inWords(view, row.after), 'The change was withdrawn') : inWords(view, row.after),
    row.reason || '-',
  ];
  return table({ caption: 'History', columns, rows: view.history.map((row) => ({ cells: cells(row) })) });
}

/** Asks, ever less often, until what was said is taken in; then shows it. */
async function follow({ change_ref: ref }, notice) {
  for (const wait of ASK_AGAIN_MILLISECONDS) {
    const view = await get(API);
    if (view.history.some((change) => change.change_ref === ref)) {
      draw(view);
      return told(notice);
    }
    await new Promise((resolve) => { setTimeout(resolve, wait); });
  }
  return told('Your change was received. It is being taken in: load this page again in a minute to see it.');
}
