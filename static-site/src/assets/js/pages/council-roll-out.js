// Which contracts the portal shows, and from when. Another first day goes into a file of contracts, which is tried first.
import { Problem, get, post, withQuery } from '../api.js';
import { el, fill, find, insetText, paragraph, show, summaryList, tag } from '../dom.js';
import { chosen, dayIn, dayInput } from '../fields.js';
import { fillSelect, onSubmit } from '../forms.js';
import { count, date } from '../format.js';
import { growing } from '../more.js';
import { start } from '../page.js';
import { go } from '../paths.js';
import { table, twoLines } from '../table.js';
import { send } from '../upload.js';

const API = '/api/council/roll-out';
const IMPORTS = '/api/council/imports';
const STATES = [['', 'All contracts'], ['shown', 'Shown today'], ['coming', 'Coming']];
const FEED_COLUMNS = ['contract_ref', 'provider_ref', 'name', 'payment_method', 'cycle_ref', 'portal_from'];
const DAYS_NAMED = 5;

// Every contract that came so far, by reference.
const known = new Map();

start(async () => {
  const query = new URLSearchParams(location.search);
  const filters = { q: query.get('q')?.trim() ?? '', state: query.get('state') ?? '' };
  fillSelect(find('#state'), STATES.map(([value, text]) => ({ value, text })), filters.state);
  find('#q').value = filters.q;
  show(find('[data-filters]'), true);
  const first = await get(withQuery(API, filters));
  fill(find('[data-counts]'), counts(first));
  growing(find('[data-region]'), first, { path: API, query: filters, render: (rows, more) => list(rows, more, first) });
  fill(find('[data-change]'), changing(first));
});

function counts({ shown, coming, days }) {
  const named = days.slice(0, DAYS_NAMED).map(({ date: day, contracts }) => el('li', {}, `${count(contracts, 'contract')} on ${date(day)}`));
  const rest = days.length > DAYS_NAMED ? el('li', {}, `and more on ${count(days.length - DAYS_NAMED, 'later day')}`) : null;
  return summaryList([
    ['Shown today', count(shown, 'contract')],
    ['Coming', coming ? [count(coming, 'contract'), el('ul', { class: 'govuk-list govuk-list--bullet' }, named, rest)] : 'None'],
  ], 'portal-facts');
}

function list(rows, more, view) {
  if (!rows.length) return paragraph(view.shown + view.coming ? 'No contract matches these filters.' : 'No contract is known yet.');
  for (const row of rows) known.set(row.contract_ref, row);
  const ticked = chosen(find('[data-region]'), 'contract');
  const columns = [{ label: 'Provider' }, { label: 'Contract' }, { label: 'First day on the portal' }, { label: 'State' }, view.may_change ? { label: 'Choose', plain: true } : null].filter(Boolean);
  const caption = more ? `${rows.length} of ${count(view.found, 'contract')}` : count(rows.length, 'contract');
  return table({ caption, columns, rows: rows.map((row) => ({ cells: cells(row, view.may_change, ticked.includes(row.contract_ref)) })) });
}

function cells(row, may, ticked) {
  return [
    twoLines(row.provider_name, row.provider_ref),
    twoLines(row.name, row.contract_ref),
    date(row.portal_from),
    [row.shown ? tag('Shown', 'green') : tag('Coming', 'blue'), row.locked_to ? el('span', { class: 'portal-table__sub' }, `Statements are locked up to ${date(row.locked_to)}`) : null],
    ...(may ? [choice(row, ticked)] : []),
  ];
}

function choice({ contract_ref: ref, name, locked_to: locked }, ticked) {
  if (locked) return 'Stays';
  const id = `contract-${ref}`;
  return el('div', { class: 'govuk-checkboxes govuk-checkboxes--small' }, el('div', { class: 'govuk-checkboxes__item' },
    el('input', { class: 'govuk-checkboxes__input', type: 'checkbox', id, name: 'contract', value: ref, checked: ticked }),
    el('label', { class: 'govuk-label govuk-checkboxes__label', for: id }, 'Choose', el('span', { class: 'govuk-visually-hidden' }, ` ${name}`))));
}

function changing({ may_change: may, rows }) {
  if (!rows.length) return null;
  if (!may) return insetText(paragraph('Somebody of contracts changes these days, with a file of contracts.'));
  const progress = el('div', { hidden: true });
  const form = el('form', { class: 'portal-next', method: 'post', novalidate: true, 'aria-labelledby': 'change' },
    el('h2', { class: 'govuk-heading-m', id: 'change' }, 'Change the first day'),
    paragraph('Choose contracts above. You see what it would change, in rows and in pounds, before anything is applied. A contract with locked statements stays as it is.'),
    dayInput({ id: 'portal_from', legend: 'First day on the portal' }),
    progress,
    el('button', { type: 'submit', class: 'govuk-button' }, 'See what it would change'));
  // One file of the same contracts and day is one request, however often it is sent.
  let sent = { text: null, id: null };
  onSubmit(form, async () => {
    const refs = chosen(find('[data-region]'), 'contract');
    const day = dayIn('portal_from', 'The first day');
    const errors = [];
    if (!refs.length) errors.push({ field: 'contract', message: 'Choose at least one contract' });
    if (!day) errors.push({ field: 'portal_from', message: 'Enter the first day on the portal' });
    if (errors.length) throw new Problem({ status: 422, code: 'invalid', title: 'Check the form', errors });
    const text = csv(refs.map((ref) => ({ ...known.get(ref), portal_from: day })));
    if (sent.text !== text) sent = { text, id: await uploaded(text, progress) };
    await post(IMPORTS, { upload_id: sent.id, feed: 'contracts', file_name: 'contracts.csv' });
    go(withQuery('/council/imports/file/', { upload: sent.id }));
  }, { controlFor: (field) => (field === 'contract' ? document.querySelector('input[name="contract"]') : document.getElementById(field)) });
  return form;
}

function csv(rows) {
  const cell = (value) => `"${String(value).replaceAll('"', '""')}"`;
  return [FEED_COLUMNS.join(','), ...rows.map((row) => FEED_COLUMNS.map((name) => cell(row[name])).join(','))].join('\r\n');
}

async function uploaded(text, progress) {
  const file = new File([text], 'contracts.csv', { type: 'text/csv' });
  const { upload_id: id, ...where } = await post(`${IMPORTS}/uploads`, { file_name: file.name, size_bytes: file.size });
  await send(file, where, progress);
  return id;
}
