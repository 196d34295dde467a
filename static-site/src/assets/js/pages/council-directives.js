// What is decided by hand about a contract: directives and adjustments, each first with what it would change in pounds.
import { Problem, get, post, withQuery } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, insetText, link, paragraph, told } from '../dom.js';
import { effectsTable } from '../effects.js';
import { chosen, dayIn, dayInput, radios, selectInput, textArea, textInput } from '../fields.js';
import { clearErrors, orSay, requestId, showProblem } from '../forms.js';
import { count, instant, money, shortDate, shortDates } from '../format.js';
import { growing } from '../more.js';
import { start } from '../page.js';
import { chosenProvider, providerChoice } from '../provider-search.js';
import { table, twoLines } from '../table.js';
import { setTitle } from '../title.js';
import { directive } from '../words.js';

const PATH = '/council/directives/';
const query = new URLSearchParams(location.search);
const [provider, contract] = [query.get('provider'), query.get('contract')];
const api = `/api/council/contracts/${encodeURIComponent(provider ?? '')}/${encodeURIComponent(contract ?? '')}`;

start(async () => {
  const region = find('[data-region]');
  if (!provider) return fill(region, await providerChoice(PATH, { what: 'Then choose the contract.' }));
  if (!contract) return fill(region, await contracts());
  return load();
});

async function contracts() {
  const view = await get(withQuery('/api/council/contracts', { provider }));
  return [
    chosenProvider(provider, view.provider_name, PATH),
    el('h2', { class: 'govuk-heading-m' }, count(view.contracts.length, 'contract')),
    el('ul', { class: 'govuk-list govuk-list--spaced' }, view.contracts.map(({ contract_ref: ref, name }) => el('li', {}, link(withQuery(PATH, { provider, contract: ref }), name), el('span', { class: 'portal-table__sub' }, ref)))),
  ];
}

async function load() {
  const view = await get(api);
  find('[data-heading]').textContent = `Directives and adjustments of ${view.contract_name}`;
  setTitle(`Directives and adjustments of ${view.contract_name}`);
  const history = el('div');
  fill(find('[data-region]'), [
    chosenProvider(provider, view.provider_name, PATH),
    view.may_direct ? [directiveForm(view), adjustmentForm(view)] : insetText(paragraph('You can read this. A payments officer decides.')),
    directives(view),
    adjustments(view),
    el('h2', { class: 'govuk-heading-m' }, 'Decided in the portal'),
    history,
  ]);
  growing(history, { rows: view.history, next: view.next }, { path: api, render: (rows) => (rows.length ? table({ caption: count(rows.length, 'decision'), columns: [{ label: 'What' }, { label: 'Why' }, { label: 'By' }], rows: rows.map((row) => ({ cells: [twoLines(row.line, row.file), row.reason || '-', twoLines(row.by, instant(row.at))] })) }) : paragraph('Nothing was decided in the portal about this contract.')) });
}

const lineOptions = ({ lines }, whole) => [{ value: '', text: whole }, ...lines.map(({ cpli_id: value, client, service }) => ({ value, text: `${client || 'Client'}, ${service} (CPLI ${value})` }))];
const about = () => ({ provider_ref: provider, contract_ref: contract });

/** A form whose decision is shown in pounds before it is made. `body(form)` reads it. */
function decisionForm({ id, title, path, content, body, said, open = false }) {
  const first = el('div', { class: 'govuk-button-group' });
  const step = el('div');
  const form = el('form', { novalidate: true, 'aria-label': title }, content, first, step);
  const request = requestId();
  const controlFor = (field) => form.querySelector(`[name="${field}"], [data-day="${id}-${field}"] input`);
  const preview = () => orSay(form, async () => {
    const wanted = { request_id: request, ...body(form) };
    const plan = await post(`${path}/preview`, wanted);
    clearErrors();
    askAgain({ first, step, level: 'h2', title: plan.line, content: effectsTable(plan), yes: { text: 'Make this decision' }, back: 'Change it' }, () => orSay(step, async () => {
      await post(path, wanted);
      clearErrors();
      await load();
      told(said);
    }, { controlFor }));
  }, { controlFor });
  form.addEventListener('submit', (event) => { event.preventDefault(); preview(); });
  first.append(el('button', { type: 'submit', class: 'govuk-button' }, 'Show what it would change'));
  return el('details', { class: 'govuk-details portal-no-print', open },
    el('summary', { class: 'govuk-details__summary' }, el('span', { class: 'govuk-details__summary-text' }, title)),
    el('div', { class: 'govuk-details__text' }, form));
}

function needed(day, field, message) {
  if (day) return day;
  throw new Problem({ status: 422, code: 'invalid', title: 'Check the form', errors: [{ field, message }] });
}

const APPLIED = 'It is decided, and applied within minutes.';

function directiveForm(view) {
  const begins = view.locked_period?.period_start ?? view.open_periods[0]?.period_start ?? '';
  return decisionForm({
    id: 'directive', title: 'Suspend, cancel or carry forward', path: '/api/council/directives', said: APPLIED,
    content: [
      radios({ id: 'kind', name: 'kind', legend: 'What is not paid now', value: 'suspend', options: ['suspend', 'cancel', 'carry_forward'].map((value) => ({ value, text: directive(value).word, hint: directive(value).hint })) }),
      selectInput({ id: 'directive-cpli_id', name: 'cpli_id', label: 'About', options: lineOptions(view, 'The whole contract') }),
      dayInput({ id: 'directive-from_date', name: 'from_date', legend: 'In periods that start on this day or later', value: begins }),
      dayInput({ id: 'directive-to_date', name: 'to_date', legend: 'And on this day or earlier', hint: 'Leave it empty if it has no end yet' }),
      textArea({ id: 'directive-reason', name: 'reason', label: 'Why', hint: 'The provider reads this.', rows: 3, lengthMax: 1000 }),
    ],
    body: (form) => ({
      ...about(), kind: chosen(form, 'kind')[0], cpli_id: form.elements.cpli_id.value || null,
      from_date: needed(dayIn('directive-from_date', 'The first day', 'from_date'), 'from_date', 'Enter the first day'),
      to_date: dayIn('directive-to_date', 'The last day', 'to_date'), reason: form.elements.reason.value,
    }),
  });
}

function adjustmentForm(view) {
  return decisionForm({
    id: 'adjustment', title: 'Make a manual adjustment', path: '/api/council/adjustments', said: `${APPLIED} A second person has to authorise the statements that pay it.`,
    content: [
      textInput({ id: 'amount', label: 'Amount', hint: 'All instalments together. Below nothing, such as -120.00, for a deduction', prefix: '£', className: 'govuk-input--width-10', attributes: { inputmode: 'text' } }),
      selectInput({ id: 'adjustment-cpli_id', name: 'cpli_id', label: 'About', options: lineOptions(view, 'The contract') }),
      selectInput({ id: 'period_start', label: 'First paid in the period', options: view.open_periods.map(({ period_start: value, period_end: to }) => ({ value, text: shortDates(value, to) })) }),
      textInput({ id: 'instalments', label: 'Over how many periods', value: '1', className: 'govuk-input--width-3', attributes: { inputmode: 'numeric' } }),
      textArea({ id: 'adjustment-reason', name: 'reason', label: 'Why', hint: 'The provider reads this.', rows: 3, lengthMax: 1000 }),
    ],
    body: (form) => ({
      ...about(), cpli_id: form.elements.cpli_id.value || null, amount: form.elements.amount.value.replace(/[£,\s]/g, ''),
      period_start: form.elements.period_start.value, instalments: Number(form.elements.instalments.value) || 0, reason: form.elements.reason.value,
    }),
  });
}

function directives(view) {
  const rows = view.directives;
  if (!rows.length) return [el('h2', { class: 'govuk-heading-m' }, 'Directives'), paragraph('There is no directive about this contract.')];
  const columns = [{ label: 'What' }, { label: 'Periods that start' }, { label: 'Why' }, { label: 'Made by' }, view.may_direct ? { label: 'End', plain: true } : null].filter(Boolean);
  return [
    el('h2', { class: 'govuk-heading-m' }, 'Directives'),
    table({ caption: count(rows.length, 'directive'), columns, rows: rows.map((row) => ({ cells: [
      twoLines(directive(row.kind).word, row.cpli_id ? `CPLI ${row.cpli_id}` : 'The whole contract'),
      row.withdrawn ? `Withdrawn, was from ${shortDate(row.from_date)}` : row.to_date ? shortDates(row.from_date, row.to_date) : `from ${shortDate(row.from_date)}`,
      row.reason, twoLines(row.made_by.length ? row.made_by_names.join(', ') : 'The council’s file', row.directive_ref),
      ...(view.may_direct ? [row.to_date ? '-' : ending(row)] : []),
    ] })) }),
  ];
}

function dayBefore(iso) {
  const day = new Date(`${iso}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - 1);
  return day.toISOString().slice(0, 10);
}

function ending(row) {
  const id = `end-${row.directive_ref}`;
  const [first, step] = [el('div'), el('div')];
  const request = requestId();
  const day = dayInput({ id, name: 'to_date', legend: 'The last day on which a period that it covers may start', hint: `Enter ${shortDate(dayBefore(row.from_date))} to withdraw it, if no statement that it covers is locked` });
  const reason = textArea({ id: `${id}-reason`, name: 'reason', label: 'Why it ends', rows: 2 });
  const controlFor = (field) => (field === 'reason' ? reason.querySelector('textarea') : day.querySelector('input'));
  const body = () => ({ ...about(), request_id: request, directive_ref: row.directive_ref, to_date: needed(dayIn(id, 'The last day', 'to_date'), 'to_date', 'Enter the last day'), reason: reason.querySelector('textarea').value });
  const begin = () => askAgain({ first, step, title: 'End this directive?', content: [day, reason], yes: { text: 'Show what it would change' }, level: 'h3' }, () => orSay(step, async () => {
    const wanted = body();
    const plan = await post('/api/council/directives/end/preview', wanted);
    clearErrors();
    askAgain({ first, step, title: plan.line, content: effectsTable(plan), yes: { text: 'End directive' }, level: 'h3' }, () => orSay(step, async () => {
      await post('/api/council/directives/end', wanted);
      clearErrors();
      await load();
      told(APPLIED);
    }, { controlFor }));
  }, { controlFor }));
  first.append(button('End', begin, { hidden: `directive ${row.directive_ref}` }));
  return [first, step];
}

function adjustments(view) {
  const rows = view.adjustments;
  return [
    el('h2', { class: 'govuk-heading-m' }, 'Adjustments'),
    rows.length
      ? table({ caption: count(rows.length, 'adjustment'), columns: [{ label: 'Amount', numeric: true }, { label: 'About' }, { label: 'First paid' }, { label: 'Why' }, { label: 'Made by' }], rows: rows.map((row) => ({ cells: [money(row.amount), row.cpli_id ? `CPLI ${row.cpli_id}` : 'The contract', twoLines(`period of ${shortDate(row.period_start)}`, row.instalments > 1 ? `${row.instalments} instalments` : null), row.reason, twoLines(row.made_by.length ? row.made_by_names.join(', ') : 'The council’s file', row.adjustment_ref)] })) })
      : paragraph('There is no adjustment in this contract.'),
  ];
}
