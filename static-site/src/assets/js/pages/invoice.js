// One invoice or credit note: read it, attach what it needs, submit it; later see what the council said, and answer.
import { Problem, get, post, withQuery } from '../api.js';
import { button, el, fill, find, insetText, link, paragraph, summaryList, tag, told, warningText } from '../dom.js';
import { clearErrors, remedies, showProblem, whileBusy } from '../forms.js';
import { count, dates, instant, money } from '../format.js';
import { differences } from '../invoice-differences.js';
import { lines, linesOfCare, notIncluded, parties, titleOf, totals } from '../invoice-document.js';
import { vatBox } from '../invoice-vat.js';
import { start } from '../page.js';
import { go } from '../paths.js';
import { table } from '../table.js';
import { setTitle } from '../title.js';
import { documentKind, invoice as invoiceWord } from '../words.js';

const id = new URLSearchParams(location.search).get('invoice') ?? '';
const api = `/api/invoices/${encodeURIComponent(id)}`;

let view = null;

start(async () => show(await get(api)));

/** Shows the document. `kept` is what was typed before it had to be read again. */
function show(now, kept = typed()) {
  view = now;
  const title = titleOf(view);
  find('[data-heading]').textContent = title;
  setTitle(`${title}, ${view.contract_name ?? view.contract_ref}`);
  const { word, colour } = invoiceWord(view.state);
  fill(find('[data-tags]'), tag(word, colour));
  fill(find('[data-region]'), [
    warnings(),
    downloads(),
    el('article', { class: 'portal-invoice', 'aria-label': title }, parties(view), lines(view), totals(view)),
    el('div', { class: 'portal-no-print' }, notIncluded(view)),
    vatBox(view, api, {
      attached: (after) => {
        clearErrors();
        show(after);
        told('Your VAT invoice is attached.');
      },
      problem: (problem, control) => showProblem(problem, { controlFor: () => control, actions: remedies(problem) }),
    }),
    submission(),
    history(),
  ]);
  for (const [name, value] of Object.entries(kept)) {
    const control = document.getElementById(name);
    if (control) control.value = value;
  }
}

// What somebody typed on this page.
function typed() {
  const controls = ['suppliers_tax', 'comment'].map((name) => document.getElementById(name)).filter(Boolean);
  return Object.fromEntries(controls.map((control) => [control.id, control.value]));
}

function warnings() {
  const dispute = view.history?.filter(({ state }) => state === 'disputed').at(-1);
  return [
    view.state === 'disputed' ? [
      warningText('The council disputes this ', documentKind(view.kind).toLowerCase(), '.'),
      dispute?.reason ? el('div', { class: 'govuk-body portal-quote' }, dispute.reason) : null,
    ] : null,
    view.late && ['draft', 'submitted', 'approved'].includes(view.state)
      ? insetText(paragraph(`The deadline of this period has passed. ${view.window ? `It is paid in the window that closes at ${instant(view.window.deadline)}.` : 'It is paid in a later window.'}`))
      : null,
    view.kind === 'credit_note' && view.state === 'draft' ? insetText(paragraph('This credit note gives back what you invoiced and, by your actuals of today, did not deliver. It is deducted from what you are paid next.')) : null,
  ];
}

function downloads() {
  const items = [
    view.state === 'draft' ? null : el('a', { class: 'govuk-link', href: `${api}/invoice.csv`, download: true }, 'Download as CSV'),
    view.state === 'draft' ? null : el('a', { class: 'govuk-link', href: `${api}/invoice.xml`, download: true }, 'Download as e-invoice (XML)'),
    el('button', { type: 'button', class: 'portal-link-button', on: { click: () => print() } }, 'Print'),
  ];
  return el('ul', { class: 'portal-links' }, items.filter(Boolean).map((each) => el('li', {}, each)));
}

// --------------------------------------------------------------------------------------------------- submit, delete

function submission() {
  const kind = documentKind(view.kind).toLowerCase();
  const reasons = view.why_not ?? [];
  if (!view.can_submit && !view.can_delete && !(view.state === 'draft' && reasons.length)) return null;
  const answering = view.state === 'disputed';
  const step = el('div');
  return el('section', { class: 'portal-next portal-no-print', 'aria-labelledby': 'submit-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'submit-heading' }, answering ? 'Answer the dispute' : `Submit this ${kind}`),
    answering ? answerText(kind) : null,
    reasons.length ? [paragraph(`You cannot submit it yet:`), el('ul', { class: 'govuk-list govuk-list--bullet' }, reasons.map((reason) => el('li', {}, reason)))] : null,
    view.can_submit ? comment(answering) : null,
    step,
    el('div', { class: 'govuk-button-group', dataset: { first: '' } }, [
      view.can_submit ? button(answering ? 'Submit it again' : 'Continue', () => askToSubmit(step), { kind: null }) : null,
      view.can_delete ? button('Delete this draft', () => askToDelete(step)) : null,
    ]),
  ]);
}

function answerText(kind) {
  return paragraph(
    'If you are right, say why and submit it again as it is. If the council is right, ',
    link(withQuery('/actuals/period/', { contract: view.contract_ref, period: view.period_start }), 'correct the actuals'),
    `: the difference goes on your next document, and then submit this ${kind} again.`,
  );
}

function comment(answering) {
  const area = el('textarea', { class: 'govuk-textarea', id: 'comment', name: 'comment', rows: 3, 'aria-describedby': 'comment-hint' });
  return el('div', { class: 'govuk-form-group' }, [
    el('label', { class: 'govuk-label govuk-label--s', for: 'comment' }, answering ? 'Your answer' : 'Comment (optional)'),
    el('div', { class: 'govuk-hint', id: 'comment-hint' }, answering ? 'The council reads it beside its reason' : 'If there is something the council should know'),
    area,
  ]);
}

/** Asks a second time, with what it is about in sight. */
function ask(step, title, content, yes, work) {
  const group = find('[data-first]');
  const heading = el('h3', { class: 'govuk-heading-s', tabindex: '-1' }, title);
  const back = () => {
    fill(step);
    group.hidden = false;
    group.querySelector('button')?.focus();
  };
  group.hidden = true;
  fill(step, heading, content, el('div', { class: 'govuk-button-group' }, [
    button(yes.text, ({ currentTarget }) => whileBusy(currentTarget, work), { kind: yes.kind }),
    button('Go back', back),
  ]));
  heading.focus();
}

// Pounds and pence, however they were typed; null if they are neither. A credit note takes back, with a sign or without.
function ownFigure() {
  const text = (document.getElementById('suppliers_tax')?.value ?? '').replace(/[£,\s]/g, '');
  if (text === '') return text;
  const back = view.kind === 'credit_note';
  const pounds = back ? text.replace(/^[-−]/, '') : text;
  if (!/^\d+(\.\d{1,2})?$/.test(pounds)) return null;
  return back && /[1-9]/.test(pounds) ? `-${pounds}` : pounds;
}

function askToSubmit(step) {
  if (ownFigure() === null) {
    showProblem(new Problem({ status: 422, code: 'suppliers-tax', title: 'Check the VAT', errors: [{ field: 'suppliers_tax', message: `Enter the VAT in pounds and pence, like ${view.vat.tax}` }] }), { controlFor: (field) => document.getElementById(field) });
    return;
  }
  clearErrors();
  const kind = documentKind(view.kind).toLowerCase();
  const own = ownFigure();
  ask(step, `Are you sure you want to submit this ${kind}?`, [
    summaryList([
      ['Contract', view.contract_name ?? view.contract_ref],
      ['Period', dates(view.period_start, view.period_end)],
      ['Lines', linesOfCare(view).length.toLocaleString('en-GB')],
      ['Net', money(view.net)],
      view.vat?.needs_invoice ? ['VAT', own ? `${money(own)} (your own figure)` : money(view.vat.tax)] : ['VAT', null],
      ['Total', own ? null : el('strong', {}, money(view.total))],
      ['Paid in', view.window && `the window that closes at ${instant(view.window.deadline)}`],
    ]),
    paragraph('It then gets its number and cannot be changed. What you correct later goes on another invoice or credit note.'),
  ], { text: `Submit ${kind}`, kind: null }, submit);
}

function askToDelete(step) {
  ask(step, 'Are you sure you want to delete this draft?', paragraph('Your actuals stay as they are, and you can create it again.'), { text: 'Delete draft', kind: 'warning' }, () => orSay(async () => {
    await post(`${api}/deletion`);
    go('/invoices/');
  }));
}

function submit() {
  const { comment: words = '' } = typed();
  return orSay(async () => {
    const after = await post(`${api}/submission`, { digest: view.digest, suppliers_tax: ownFigure() || null, comment: words.trim() || null });
    clearErrors();
    show(after, {});
    told(`You have submitted ${titleOf(after).replace(/^./, (first) => first.toLowerCase())}: ${money(after.total)}.`);
  });
}

async function orSay(work) {
  try {
    await work();
  } catch (problem) {
    if (problem.name !== 'Problem') throw problem;
    if (problem.code === 'invoice-changed') return sayChanged(problem);
    showProblem(problem, { controlFor: controlOf(problem), actions: remedies(problem) });
  }
  return undefined;
}

// A problem of one field leads there, also where only its code says which.
function controlOf(problem) {
  const named = { 'suppliers-tax-off': 'suppliers_tax', 'vat-invoice-missing': 'vat-file' }[problem.code];
  if (named && !problem.errors.length) problem.errors = [{ field: named, message: problem.says }];
  return (field) => document.getElementById(named ?? field);
}

// Reads it again and says what is different, so that nobody submits what they have not seen.
async function sayChanged(problem) {
  const before = view;
  try {
    show(await get(api));
  } catch (failure) {
    if (failure.name !== 'Problem') throw failure;
    return showProblem(failure, { actions: remedies(failure) });
  }
  const { gone, added } = differences(before, view);
  const list = (title, texts) => texts.length ? [el('p', {}, title), el('ul', { class: 'govuk-list govuk-list--bullet' }, texts.slice(0, 10).map((text) => el('li', {}, text)), texts.length > 10 ? el('li', {}, `and ${count(texts.length - 10, 'more', 'more')}`) : null)] : null;
  return showProblem(problem, { actions: [
    el('p', {}, before.total === view.total ? 'The total stayed the same. ' : `The total was ${money(before.total)} and is now ${money(view.total)}. `, 'It is shown below as it is now. Check it, then submit it again.'),
    list('No longer on it:', gone),
    list('New on it:', added),
  ] });
}

// ---------------------------------------------------------------------------------------------------------- history

function history() {
  const all = view.history ?? [];
  if (!all.length) return null;
  return table({
    className: 'portal-no-print',
    caption: 'History',
    columns: [{ label: 'When', className: 'portal-table__nowrap' }, { label: 'State' }, { label: 'By' }, { label: 'What was said' }],
    rows: all.map(({ state, at, by, reason }) => {
      const { word, colour } = invoiceWord(state);
      return { cells: [instant(at), tag(word, colour), by || 'The council', reason ? el('span', { class: 'portal-said' }, reason) : '-'] };
    }),
  });
}
