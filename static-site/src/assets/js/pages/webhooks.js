// The addresses of a provider's software that are told what happens: entered, tried, given another secret, removed.
import { get, post, withQuery } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, paragraph, summaryList, tag, told, warningText } from '../dom.js';
import { checkboxes, chosen, textInput } from '../fields.js';
import { clearErrors, onSubmit, orSay, requestId } from '../forms.js';
import { count, instant, shortInstant } from '../format.js';
import { start } from '../page.js';
import { table } from '../table.js';

const COLUMNS = [{ label: 'Event' }, { label: 'When' }, { label: 'State' }, { label: 'Last answer' }, { label: 'Send again', plain: true }];
const STATES = { waiting: ['Waiting', 'blue'], delivered: ['Delivered', 'green'], given_up: ['Given up', 'red'] };
const path = (endpoint, rest = '') => `/api/webhooks/${encodeURIComponent(endpoint.endpoint_id)}${rest}`;

start(async (session) => {
  if (!session.permissions?.includes('administer')) {
    fill(find('[data-region]'), paragraph('Your role for this provider does not allow this. Somebody with the role “administer” can have addresses told.'));
    return;
  }
  await load();
});

async function load() {
  const { endpoints = [], kinds = [], endpoints_max: most } = await get('/api/webhooks');
  const logs = await Promise.all(endpoints.map((each) => get(path(each, '/deliveries'))));
  fill(find('[data-region]'), [
    endpoints.length ? endpoints.map((each, index) => section(each, index, logs[index])) : paragraph('No address is told yet.'),
    endpoints.length < most ? form(kinds) : paragraph(`There are ${most} addresses, which is as many as there may be. Remove one to enter another.`),
  ]);
}

/** Does something about an address, then shows what is so now. */
async function done(text, ...more) {
  clearErrors();
  await load();
  told(text, ...more);
}

function section(endpoint, index, log) {
  const id = `endpoint-${index}`;
  const step = el('div');
  const first = el('div', { class: 'govuk-button-group' }, [
    doing('Send a test message', endpoint, async () => {
      await post(path(endpoint, '/test'));
      await done('A test message is on its way.', paragraph('It arrives within a minute or two. Load this page again to see what your software answered.'));
    }),
    endpoint.stopped_at ? doing('Tell it again', endpoint, async () => {
      await post(path(endpoint, '/resumption'));
      await done('The address is told again.');
    }) : null,
    button('Change the secret', () => askAgain({
      first, step, level: 'h3', title: 'Change the secret?',
      content: paragraph('You are shown a new secret. Messages are signed with both for 24 hours, so that your software can change over.'),
      yes: { text: 'Change it' },
    }, () => orSay(step, async () => {
      const { secret } = await post(path(endpoint, '/secret'));
      fill(find('[data-made]'), shown(endpoint, secret));
      await done('The secret is changed.', paragraph('Copy it from below now: it is not shown again.'));
    })), { hidden: endpoint.url }),
    button('Remove', () => askAgain({
      first, step, level: 'h3', title: 'Remove this address?',
      content: paragraph('It is told nothing more, and what still waits for it is not sent.'),
      yes: { text: 'Remove the address', kind: 'warning' },
    }, () => orSay(step, async () => {
      await post(path(endpoint, '/removal'));
      fill(find('[data-made]'));
      await done('The address is removed.');
    })), { hidden: endpoint.url }),
  ]);
  return el('section', { 'aria-labelledby': id }, [
    el('h2', { class: 'govuk-heading-m portal-long', id }, endpoint.url),
    summaryList([
      ['State', state(endpoint)],
      ['Told of', endpoint.kinds.join(', ')],
      ['Entered', `By ${endpoint.created_by}, ${instant(endpoint.created_at)}`],
      ['Secret before', endpoint.old_secret_until ? `Signs as well until ${instant(endpoint.old_secret_until)}` : null],
    ]),
    first,
    step,
    messages(endpoint, log),
  ]);
}

function doing(text, endpoint, work) {
  return button(text, ({ currentTarget }) => orSay(currentTarget, work), { hidden: endpoint.url });
}

function state({ stopped_at: stopped, failing_since: failing }) {
  if (stopped) return [tag('Stopped', 'red'), ` since ${instant(stopped)}, because it had failed for days`];
  if (failing) return [tag('Failing', 'yellow'), ` since ${instant(failing)}. Messages are tried again.`];
  return tag('Working', 'green');
}

function messages(endpoint, { rows = [], next }) {
  if (!rows.length) return paragraph('No message was sent to it in the last 30 days.');
  const shownRows = el('div', {}, table({ caption: 'Messages of the last 30 days', captionClass: 'govuk-table__caption--s', columns: COLUMNS, rows: rows.map((row) => delivery(endpoint, row)) }));
  if (!next) return shownRows;
  return [shownRows, button('Show earlier messages', ({ currentTarget }) => orSay(currentTarget, async () => {
    const more = await get(withQuery(path(endpoint, '/deliveries'), { after: next }));
    currentTarget.replaceWith(el('div', {}, messages(endpoint, more)));
  }), { hidden: endpoint.url })];
}

function delivery(endpoint, row) {
  const [word, colour] = STATES[row.state] ?? [row.state, 'grey'];
  return {
    cells: [
      row.kind,
      shortInstant(row.created_at),
      [tag(word, colour), el('span', { class: 'portal-table__sub' }, row.state === 'waiting' ? `Next try ${shortInstant(row.at)}` : shortInstant(row.at))],
      row.last_answer ? [row.last_answer, el('span', { class: 'portal-table__sub' }, count(row.tries, 'try', 'tries'))] : '-',
      row.state === 'waiting' ? '-' : button('Send again', ({ currentTarget }) => orSay(currentTarget, async () => {
        await post(path(endpoint, `/deliveries/${encodeURIComponent(row.delivery_id)}/repetition`));
        await done('The message is sent again within a minute or two.');
      }), { hidden: `${row.kind} of ${shortInstant(row.created_at)}` }),
    ],
  };
}

function form(kinds) {
  const id = requestId();
  const adding = el('form', { method: 'post', 'aria-labelledby': 'new-endpoint' }, [
    el('h2', { class: 'govuk-heading-m', id: 'new-endpoint' }, 'Have an address told'),
    textInput({ id: 'url', label: 'Address', hint: 'Where your software listens, such as https://rota.example/portal', attributes: { inputmode: 'url', autocomplete: 'off', spellcheck: 'false' } }),
    checkboxes({ id: 'kinds', legend: 'What to tell it', options: kinds.map(({ kind, line }) => ({ value: kind, text: line, hint: kind })), small: true }),
    el('button', { type: 'submit', class: 'govuk-button' }, 'Add the address'),
  ]);
  onSubmit(adding, async ({ url }) => {
    const { endpoint, secret } = await post('/api/webhooks', { request_id: id, url, kinds: chosen(adding, 'kinds') });
    fill(find('[data-made]'), secret ? shown(endpoint, secret) : warningText('This address was entered before, and its secret was shown then. If you do not have it, change the secret.'));
    await done('The address is told from now on.', paragraph('Copy its secret from below now: it is not shown again.'));
  });
  return adding;
}

function shown(endpoint, secret) {
  return el('section', { 'aria-labelledby': 'the-secret' }, [
    el('h2', { class: 'govuk-heading-m', id: 'the-secret' }, 'The secret that signs its messages'),
    paragraph(el('span', { class: 'portal-long' }, endpoint.url)),
    el('p', { class: 'portal-secret', dataset: { secret: true } }, secret),
    warningText('Copy the secret and keep it where only your software can read it. It is not shown again.'),
  ]);
}
