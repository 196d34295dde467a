// A person's own account: password, security code, authenticator app, sessions.
import { get, post } from '../api.js';
import { showKey } from '../authenticator.js';
import { button, el, fill, find, paragraph, show, summaryList, tag, told } from '../dom.js';
import { clearErrors, onSubmit, orSay, whileBusy } from '../forms.js';
import { instant } from '../format.js';
import { start } from '../page.js';
import { table } from '../table.js';

const COLUMNS = [{ label: 'Browser' }, { label: 'Signed in' }, { label: 'Last used' }, { label: 'Action', plain: true }];

start(async (session) => {
  await load();
  if (session.provider) await calendar(session.provider.name);
  onSubmit(find('[data-password]'), async (values) => {
    await post('/api/account/password', { current_password: values.current_password, new_password: values.new_password });
    await done('Your password is changed. Your other sessions have ended.', find('[data-password]'));
  });
  onSubmit(find('[data-security-code-form]'), async ({ password, security_code: code }) => {
    await post('/api/account/security-code', { password, security_code: code });
    await done('Your security code is changed.', find('[data-security-code-form]'));
  });
  onSubmit(find('[data-totp-confirm]'), async ({ code }) => {
    await post('/api/account/totp/confirmation', { code });
    await done('Your authenticator app is set up.', find('[data-totp-confirm]'));
  });
  onSubmit(find('[data-totp-remove]'), async ({ password }) => {
    await post('/api/account/totp/removal', { password });
    await done('The authenticator app is removed.', find('[data-totp-remove]'));
  });
  onSubmit(find('[data-totp-start]'), setUpTotp);
  onSubmit(find('[data-sessions-end]'), ({ password }) => end('end-others', password, 'You are signed out everywhere else.'));
});

async function load() {
  const account = await get('/api/account');
  fill(find('[data-region]'), summaryList([['Name', account.name], ['Email address', account.email], ['Second step at sign in', secondStep(account)]]));
  find('[data-username]').value = account.email ?? '';
  show(find('[data-security-code]'), account.second_step === 'memorable_digits' || Boolean(account.has_security_code));
  show(find('[data-totp-off]'), !account.has_totp);
  show(find('[data-totp-on]'), Boolean(account.has_totp));
  show(find('[data-totp-setup]'), false);
  fill(find('[data-sessions]'), sessions(account.sessions ?? []));
  show(find('[data-sessions-end]'), (account.sessions ?? []).some((each) => !each.current));
  show(find('[data-account]'), true);
}

function secondStep({ second_step: step, has_totp: totp }) {
  const usual = step === 'memorable_digits' ? 'Two digits of your security code' : 'A code by email';
  return totp ? `${usual}, or your authenticator app` : usual;
}

async function done(text, form) {
  clearErrors();
  form.reset();
  await load();
  told(text);
}

async function setUpTotp({ password }) {
  const key = await post('/api/account/totp', { password });
  clearErrors();
  find('[data-totp-start]').reset();
  showKey(key);
  show(find('[data-totp-off]'), false);
  show(find('[data-totp-setup]'), true);
  find('#totp-code').focus();
}

function sessions(all) {
  if (!all.length) return paragraph('You are signed in here only.');
  return table({
    caption: 'Your sessions',
    captionClass: 'govuk-visually-hidden',
    columns: COLUMNS,
    rows: all.map((each) => ({
      cells: [
        [each.browser || 'A browser', each.current ? [' ', tag('This one', 'green')] : null],
        instant(each.created_at),
        instant(each.last_seen_at),
        each.current ? 'Use “Sign out”' : endButton(each),
      ],
    })),
  });
}

function endButton({ id, browser, created_at: created }) {
  const password = () => find('[data-sessions-end]').elements.namedItem('password');
  const work = () => end(`${encodeURIComponent(id)}/end`, password().value, 'That session has ended.');
  return el(
    'button',
    { type: 'button', class: 'portal-link-button', on: { click: (event) => orSay(event.currentTarget, work, { controlFor: password }) } },
    'Sign out',
    el('span', { class: 'govuk-visually-hidden' }, ` of ${browser || 'the browser'}, signed in at ${instant(created)}`),
  );
}

async function end(path, password, text) {
  await post(`/api/account/sessions/${path}`, { password });
  await done(text, find('[data-sessions-end]'));
}

// The address that a calendar program reads: told when it is made, and never again.
async function calendar(provider) {
  show(find('[data-calendar]'), true);
  showCalendar(provider, await get('/api/calendar'));
}

function showCalendar(provider, { created_at: since, url = null }) {
  const make = (text) => button(text, ({ currentTarget }) => orSay(currentTarget, async () => {
    const made = await post('/api/calendar');
    clearErrors();
    showCalendar(provider, made);
    told('Your calendar address is made.', paragraph('Copy it from below now: it is not shown again.'));
  }));
  const remove = button('Remove the address', ({ currentTarget }) => orSay(currentTarget, async () => {
    await post('/api/calendar/removal');
    clearErrors();
    showCalendar(provider, { created_at: null });
    told('Your calendar address is removed. Whatever still reads it finds nothing.');
  }));
  fill(find('[data-calendar-address]'), [
    url ? [paragraph(`The address for ${provider}. Add it to your calendar program as a calendar “from a web address”.`), el('p', { class: 'portal-secret', dataset: { calendarUrl: true } }, url)] : null,
    since && !url ? paragraph(`You have had an address for ${provider} since ${instant(since)}. If you no longer know it, make a new one: the old one stops working.`) : null,
    el('div', { class: 'govuk-button-group' }, since ? [make('Make a new address'), remove] : make('Make an address')),
  ]);
}
