// One statement as the council sees it: what its provider reads, who must still agree, and what a finaliser does.
import { get, post, withQuery } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, insetText, link, paragraph, quote, summaryList, tag, told, warningText } from '../dom.js';
import { clearErrors, orSay } from '../forms.js';
import { count, dates, instant, money, shortDate } from '../format.js';
import { start } from '../page.js';
import { lineTable } from '../statement-lines.js';
import { setTitle } from '../title.js';
import { lifecycle, response } from '../words.js';

const query = new URLSearchParams(location.search);
const [provider, contract, period] = ['provider', 'contract', 'period'].map((name) => query.get(name) ?? '');
const api = `/api/council/statements/${[provider, contract, period].map(encodeURIComponent).join('/')}`;

start(async () => show(await get(api)));

function show(view) {
  const span = dates(view.period_start, view.period_end);
  find('[data-heading]').textContent = `${view.provider_name}, ${span}`;
  setTitle(`Statement of ${view.provider_name}, ${span}`);
  const back = find('[data-back]');
  back.href = withQuery('/council/payments/period/', { cycle: view.cycle_ref, period: view.period_start });
  back.textContent = 'Statements of the period';
  const [state, said] = [lifecycle(view.lifecycle), response(view.response.state)];
  fill(find('[data-tags]'), [tag(state.word, state.colour), tag(said.word, said.colour)]);
  fill(find('[data-region]'), [
    view.paused ? warningText(`The schedule of this cycle is paused by ${view.paused.by} since ${instant(view.paused.at)}: ${view.paused.reason}`) : null,
    view.authorisation.awaits ? warningText('Something in this statement was decided by hand. A finaliser who did not decide it has to authorise it before it is paid.') : null,
    sums(view.totals),
    facts(view),
    links(view),
    decide(view),
    lines('Payable', view.payable, view.totals.payable, view),
    lines('Non-payable', view.non_payable, view.totals.non_payable, view),
    view.held.length ? lines('Held from earlier statements', view.held, null, view) : null,
  ]);
}

function sums({ total, payable, non_payable: unpaid }) {
  return el('dl', { class: 'portal-sums' }, [['Total', total, ''], ['Payable', payable, ' portal-sums__sum--main'], ['Non-payable', unpaid, '']].map(([label, amount, extra]) =>
    el('div', { class: `portal-sums__sum${extra}` }, el('dt', { class: 'portal-sums__label' }, label), el('dd', { class: 'portal-sums__amount' }, money(amount)))));
}

function facts(view) {
  const said = view.response;
  const agreed = view.authorisation;
  return summaryList([
    ['Provider', `${view.provider_name} (${view.provider_ref})`],
    ['Contract', `${view.contract_name} (${view.contract_ref})`],
    ['Response', said.by ? `${response(said.state).word} by ${said.by} at ${instant(said.at)}` : response(said.state).word],
    ['Comment', said.comment && quote(said.comment)],
    ['Locks', instant(view.confirm_by)],
    [view.finalised_at ? 'Finalised' : 'Will be finalised', instant(view.finalised_at ?? view.finalise_at)],
    ['Pay date', shortDate(view.pay_date)],
    ['Authorised', agreed.by && `By ${agreed.by} at ${instant(agreed.at)}${agreed.outdated ? '. The statement has changed since.' : ''}`],
  ], 'portal-facts');
}

function links(view) {
  return el('ul', { class: 'portal-links' }, [
    view.finalised_at ? el('li', {}, el('a', { class: 'govuk-link', href: `${api}/payment-file.csv`, download: true }, 'Download the payment file again')) : null,
    el('li', {}, link(withQuery('/council/directives/', { provider: view.provider_ref, contract: view.contract_ref }), 'Directives and adjustments of this contract')),
  ]);
}

function decide(view) {
  const may = view.authorisation;
  if (may.own && may.awaits) return insetText(paragraph('You decided something in this statement yourself, so somebody else has to authorise it.'));
  if (!may.may_authorise && !may.may_finalise) return null;
  const first = el('div', { class: 'govuk-button-group' });
  const step = el('div');
  const send = (what, text) => orSay(step, async () => {
    const after = await post(`${api}/${what}`, { digest: view.digest });
    clearErrors();
    show(after);
    told(text);
  });
  const authorise = () => askAgain({ first, step, title: 'Authorise this statement?', content: paragraph(`You agree that ${money(view.totals.payable)} is paid as you read it here. It is finalised at ${instant(view.finalise_at)}.`), yes: { text: 'Authorise statement' } }, () => send('authorisation', 'The statement is authorised.'));
  const finalise = () => askAgain({ first, step, title: 'Finalise this statement now?', content: [paragraph(`${money(view.totals.payable)} is sent for payment at once. This is never undone: corrections are new items of a later statement.`)], yes: { text: 'Finalise statement', kind: 'warning' } }, () => send('finalisation', 'The statement is finalised and sent for payment.'));
  if (may.may_authorise) first.append(button('Authorise', authorise, { kind: null, hidden: 'this statement' }));
  if (may.may_finalise) first.append(button('Finalise now', finalise, { hidden: 'this statement' }));
  return el('section', { class: 'portal-next portal-no-print', 'aria-labelledby': 'decide' }, el('h2', { class: 'govuk-heading-m', id: 'decide' }, 'Authorise and finalise'), first, step);
}

function lines(title, rows, total, view) {
  return [
    el('h2', { class: 'govuk-heading-m' }, title),
    rows.length ? lineTable({ caption: count(rows.length, 'line'), lines: rows, total, view, status: title !== 'Payable' }) : paragraph(title === 'Payable' ? 'Nothing is payable in this period.' : 'Everything in this statement is payable.'),
  ];
}
