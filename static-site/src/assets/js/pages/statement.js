// One statement: what is payable, what is not, how each amount comes about, and the provider's response.
import { Tabs } from 'govuk-frontend';
import { get, post, withQuery } from '../api.js';
import { el, fill, find, insetText, link, paragraph, summaryList, tag, told, warningText } from '../dom.js';
import { clearErrors, remedies, showProblem } from '../forms.js';
import { count, dates, instant, money, shortDate } from '../format.js';
import { orShowFailure, start } from '../page.js';
import { lineTable } from '../statement-lines.js';
import { responseForm } from '../statement-response.js';
import { setTitle } from '../title.js';
import { lifecycle, response } from '../words.js';

const query = new URLSearchParams(location.search);
const contract = query.get('contract') ?? '';
const period = query.get('period') ?? '';
const api = `/api/scheduled-payments/${encodeURIComponent(contract)}/${encodeURIComponent(period)}`;

const DONE = {
  confirmation: 'You have confirmed this statement.',
  queries: 'You have confirmed this statement, but for the lines you queried.',
  rejection: 'You have rejected this statement.',
};

let ask = false;

start((session) => {
  ask = session.permissions?.includes('act') ?? false;
  return load();
});

async function load(kept = null) {
  show(await get(api), kept);
}

/** Shows the statement. `kept` is what was typed before it had to be read again. */
function show(view, kept = null) {
  const span = dates(view.period_start, view.period_end);
  const name = `${view.contract_name ?? view.contract_ref}, ${span}`;
  find('[data-heading]').textContent = name;
  setTitle(`Statement of ${name}`);
  find('[data-back]').href = withQuery('/scheduled-payments/', { year: view.financial_year, contract: view.contract_ref });
  showTags(view);
  const form = view.can_respond || view.can_confirm_outstanding ? responseForm(view, kept, send) : null;
  const tabs = tabsOf(view, form);
  fill(find('[data-region]'), [
    warnings(view),
    sums(view.totals ?? {}),
    details(view),
    payees(view),
    downloads(view),
    tabs,
    held(view),
    form?.element,
  ]);
  new Tabs(tabs);

  async function send(kind, body) {
    try {
      const after = await post(`${api}/${kind}`, body);
      clearErrors();
      if (after?.contract_ref) show(after);
      else await load();
      told(DONE[kind]);
    } catch (problem) {
      if (problem.name !== 'Problem') throw problem;
      const conflict = problem.status === 409;
      showProblem(problem, {
        controlFor: form.controlFor,
        actions: conflict ? [readAgain(problem, form)] : remedies(problem),
      });
    }
  }
}

// What was typed goes along, so that reading the statement again loses nothing.
function readAgain(problem, form) {
  const again = async () => {
    const kept = form.typed();
    clearErrors();
    fill(find('[data-notice]'));
    await orShowFailure(() => load(kept));
    const heading = find('[data-heading]');
    heading.tabIndex = -1;
    heading.focus();
  };
  return el(
    'p',
    {},
    problem.code === 'statement-locked'
      ? 'The deadline has passed. '
      : 'What you see here is no longer what would be paid. What you typed is kept. ',
    el('button', { type: 'button', class: 'portal-link-button', dataset: { readAgain: '' }, on: { click: again } }, 'Show the statement as it is now'),
  );
}

function showTags(view) {
  const state = lifecycle(view.lifecycle);
  const answered = response(view.response?.state);
  fill(find('[data-tags]'), [
    tag(state.word, state.colour),
    view.lifecycle !== 'future' && view.response?.state ? tag(answered.word, answered.colour) : null,
  ]);
}

function warnings(view) {
  const superseded = view.response?.superseded_at;
  return [
    superseded
      ? warningText(`This statement changed after it was responded to (at ${instant(superseded)}). Please check it and respond again.`)
      : null,
    view.warning ? warningText(view.warning) : null,
    view.lifecycle === 'future'
      ? insetText(paragraph('This is a forecast. It shows what would be paid if nothing changed, without corrections of earlier periods.'))
      : null,
  ];
}

function sums({ total, payable, non_payable: nonPayable }) {
  return el(
    'dl',
    { class: 'portal-sums' },
    [['Total', total, ''], ['Payable', payable, ' portal-sums__sum--main'], ['Non-payable', nonPayable, '']].map(([label, amount, extra]) =>
      el(
        'div',
        { class: `portal-sums__sum${extra}` },
        el('dt', { class: 'portal-sums__label' }, label),
        el('dd', { class: 'portal-sums__amount' }, money(amount)),
      ),
    ),
  );
}

function details(view) {
  const answered = view.response ?? {};
  const who = answered.by ? `${response(answered.state).word} by ${answered.by}${answered.at ? ` at ${instant(answered.at)}` : ''}` : null;
  return summaryList([
    ['Contract', `${view.contract_name ?? ''} (${view.contract_ref})`],
    ['Provider', view.provider_name],
    ['Period', dates(view.period_start, view.period_end)],
    ['Financial year', view.financial_year?.replace('-', '/')],
    [view.can_respond ? 'Respond by' : 'Response deadline', view.confirm_by && el('strong', {}, instant(view.confirm_by))],
    ['Response', who],
    ['Comment', answered.comment && el('div', { class: 'portal-quote' }, answered.comment)],
    [view.finalised_at ? 'Finalised' : 'Will be finalised', instantOrNull(view.finalised_at ?? view.finalise_at)],
    ['Pay date', view.pay_date && shortDate(view.pay_date)],
  ], 'portal-facts');
}

function instantOrNull(text) {
  return text ? instant(text) : null;
}

// Only where more than one organisation is paid: the void payments of a block contract.
function payees({ payees: paid }) {
  if (!paid || paid.length < 2) return null;
  return [
    el('h2', { class: 'govuk-heading-s' }, 'Who is paid'),
    summaryList(paid.map(({ provider_ref: ref, name, payable }) => [name ?? ref, money(payable)])),
  ];
}

function downloads(view) {
  const address = { contract: view.contract_ref, period: view.period_start };
  return el('ul', { class: 'portal-links' }, [
    el('li', {}, el('a', { class: 'govuk-link', href: `${api}/statement.csv`, download: true }, 'Download this statement as CSV')),
    el('li', {}, el('button', { type: 'button', class: 'portal-link-button', on: { click: () => print() } }, 'Print this statement')),
    view.lifecycle === 'finalised' ? el('li', {}, link(withQuery('/scheduled-payments/remittance/', address), 'Remittance advice')) : null,
  ]);
}

function tabsOf(view, form) {
  const [payable, nonPayable] = [view.payable ?? [], view.non_payable ?? []];
  return el(
    'div',
    { class: 'govuk-tabs', 'data-module': 'govuk-tabs' },
    el('h2', { class: 'govuk-tabs__title' }, 'Lines'),
    el(
      'ul',
      { class: 'govuk-tabs__list' },
      tab('payable', `Payable (${payable.length})`, true),
      tab('non-payable', `Non-payable (${nonPayable.length})`, false),
    ),
    el(
      'div',
      { class: 'govuk-tabs__panel', id: 'payable' },
      payable.length
        ? lineTable({ caption: `Payable: ${count(payable.length, 'line')}`, lines: payable, total: view.totals?.payable, view, query: view.can_respond ? form.query : null, ask })
        : paragraph('Nothing is payable in this period.'),
    ),
    el(
      'div',
      { class: 'govuk-tabs__panel govuk-tabs__panel--hidden', id: 'non-payable' },
      nonPayable.length
        ? lineTable({ caption: `Non-payable: ${count(nonPayable.length, 'line')}`, lines: nonPayable, total: view.totals?.non_payable, view, status: true, ask })
        : paragraph('Everything in this statement is payable.'),
    ),
  );
}

function tab(id, text, selected) {
  return el(
    'li',
    { class: `govuk-tabs__list-item${selected ? ' govuk-tabs__list-item--selected' : ''}` },
    el('a', { class: 'govuk-tabs__tab', href: `#${id}` }, text),
  );
}

function held(view) {
  const lines = view.held ?? [];
  if (!lines.length) return null;
  return [
    el('h2', { class: 'govuk-heading-m' }, 'Held from earlier statements'),
    paragraph('These lines of earlier statements are still suspended. They are not part of the sums above.'),
    lineTable({ caption: `Held: ${count(lines.length, 'line')}`, lines, view, status: true, ask }),
  ];
}
