// Keys for a provider's own software: made here, shown once, listed, revoked.
import { get, post } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, paragraph, told, warningText } from '../dom.js';
import { checkboxes, chosen, dayIn, dayInput, textInput } from '../fields.js';
import { clearErrors, onSubmit, orSay, requestId } from '../forms.js';
import { date, shortDate, shortInstant } from '../format.js';
import { keyState } from '../key-view.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';

const COLUMNS = [{ label: 'Name' }, { label: 'May' }, { label: 'Last used' }, { label: 'Ends' }, { label: 'State' }, { label: 'Revoke', plain: true }];

start(async (session) => {
  if (!session.permissions?.includes('administer')) {
    fill(find('[data-region]'), paragraph('Your role for this provider does not allow this. Somebody with the role “administer” can make keys for software.'));
    return;
  }
  await load();
});

async function load() {
  const { keys = [], scopes = [], last_day_max: last, keys_max: most } = await get('/api/api-keys');
  fill(find('[data-region]'), [
    keys.length
      ? table({ caption: 'Your keys', columns: COLUMNS, rows: keys.map((key) => row(key, scopes)) })
      : paragraph('There are no keys yet.'),
    keys.filter(({ state }) => state === 'live').length < most
      ? form(scopes, last)
      : paragraph(`There are ${most} keys in use, which is as many as there may be. Revoke one to make another.`),
  ]);
}

function row(key, scopes) {
  const titles = key.scopes.map((scope) => scopes.find((each) => each.scope === scope)?.title ?? scope);
  return {
    cells: [
      twoLines(key.name, `Made by ${key.created_by} on ${shortDate(key.created_at.slice(0, 10))}`),
      titles.join(', '),
      key.last_used_at ? shortInstant(key.last_used_at) : 'Never',
      shortDate(key.last_day),
      keyState(key),
      key.state === 'live' ? revoking(key) : '-',
    ],
  };
}

function revoking(key) {
  const step = el('div');
  const first = el('div', {}, button('Revoke', () => askAgain({
    first,
    step,
    title: `Revoke “${key.name}”?`,
    level: 'h2',
    content: paragraph('The software that has it stops working with this portal at once. This cannot be undone.'),
    yes: { text: 'Revoke the key', kind: 'warning' },
  }, () => orSay(step, async () => {
    await post(`/api/api-keys/${encodeURIComponent(key.key_id)}/revocation`);
    clearErrors();
    fill(find('[data-made]'));
    await load();
    told(`The key “${key.name}” is revoked.`);
  })), { hidden: key.name }));
  return [first, step];
}

function form(scopes, last) {
  const id = requestId();
  const making = el('form', { method: 'post', 'aria-labelledby': 'new-key' }, [
    el('h2', { class: 'govuk-heading-m', id: 'new-key' }, 'Make a key'),
    textInput({ id: 'name', label: 'Name', hint: 'What will have the key, such as “Rota software”. Not the name of a client.', className: 'govuk-input--width-20', attributes: { maxlength: 60, autocomplete: 'off' } }),
    checkboxes({ id: 'scopes', legend: 'What it may do', options: scopes.map(({ scope, title, line }) => ({ value: scope, text: title, hint: line })), small: true }),
    dayInput({ id: 'last_day', legend: 'Last day', hint: `From then on the key no longer works. ${date(last)} at the latest.`, value: last }),
    el('button', { type: 'submit', class: 'govuk-button' }, 'Make the key'),
  ]);
  onSubmit(making, async ({ name }) => {
    const { key, secret } = await post('/api/api-keys', { request_id: id, name, scopes: chosen(making, 'scopes'), last_day: dayIn('last_day', 'The last day') ?? '' });
    clearErrors();
    await load();
    fill(find('[data-made]'), secret ? shown(key, secret) : warningText('This key was made before, and its secret was shown then. If you do not have it, revoke the key and make another.'));
    told(`The key “${key.name}” is made.`, paragraph('Copy it from below now: it is not shown again.'));
  });
  return making;
}

function shown(key, secret) {
  return el('section', { 'aria-labelledby': 'the-key' }, [
    el('h2', { class: 'govuk-heading-m', id: 'the-key' }, `Your new key: ${key.name}`),
    el('p', { class: 'portal-secret', dataset: { secret: true } }, secret),
    navigator.clipboard ? button('Copy the key', async ({ currentTarget }) => {
      await navigator.clipboard.writeText(secret);
      currentTarget.textContent = 'Copied';
    }) : null,
    warningText('Copy the key and keep it where only your software can read it. It is not shown again. Do not send it by email.'),
  ]);
}
