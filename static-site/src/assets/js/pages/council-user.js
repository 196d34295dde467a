// One person who signs in: what they may do, where they are signed in, and what the helpdesk can do about them.
import { get, post, withQuery } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, insetText, link, paragraph, quote, summaryList, told } from '../dom.js';
import { chosen, radios, textArea } from '../fields.js';
import { clearErrors, orSay, requestId } from '../forms.js';
import { instant, shortInstant } from '../format.js';
import { staffMay, start } from '../page.js';
import { table } from '../table.js';
import { setTitle } from '../title.js';
import { atCouncil, atProvider, userTags } from '../user-view.js';

const user = new URLSearchParams(location.search).get('user') ?? '';
const api = `/api/council/users/${encodeURIComponent(user)}`;
const REASON_LENGTH_MAX = 500;
const CHECKS = [
  { value: 'called_back', text: 'I called them back', hint: 'On a number that we already had, not one that they gave' },
  { value: 'seen_with_document', text: 'I saw them and a document with their picture', hint: 'In person or on video' },
  { value: 'vouched_for', text: 'Somebody answers for them', hint: 'An administrator of their provider or their manager, whom I asked myself' },
];
const STEPS = { emailed_code: 'A code that is emailed', memorable_digits: 'Two digits of their security code', totp: 'Their authenticator app' };
// What each does: the button, the question, what follows, and what is said afterwards. `once`: it must not be done twice.
const HELP = {
  invite_again: { path: 'invitation', once: true, text: 'Invite again', says: (name) => `${name} gets an email with a new link to choose a password. An earlier link no longer works.`, yes: 'Send invitation', done: (name) => `${name} is invited again by email.` },
  send_password_reset: { path: 'password-reset', once: true, text: 'Send a password reset', says: (name) => `${name} gets an email with a code to choose a new password, valid for 10 minutes. The old password works until then. You do not see the code: never ask for it.`, yes: 'Send password reset', done: (name) => `A code to choose a new password is on its way to ${name}.` },
  take_second_step_away: { path: 'second-step/removal', text: 'Take the second step away', says: (name) => `The authenticator app and the security code of ${name} stop working, and they are signed out everywhere. A code is emailed until they set one up again. They are told by email, with how you made sure who they are.`, recognise: true, yes: 'Take second step away', kind: 'warning', done: (name) => `The second step of ${name} is taken away. They sign in with an emailed code.` },
  end_sessions: { path: 'sessions/end', text: 'Sign out everywhere', says: (name) => `All sessions of ${name} end at once. They can sign in again.`, yes: 'End all sessions', done: (name) => `${name} is signed out everywhere.` },
  unlock: { path: 'unlock', text: 'Unlock', says: (name) => `${name} can sign in again, and is told by email.`, yes: 'Unlock account', done: (name) => `The account of ${name} is unlocked.` },
  lock: { path: 'lock', text: 'Lock', says: (name) => `${name} is signed out everywhere and cannot sign in until you unlock them. They are told by email that they are locked, not why.`, yes: 'Lock account', kind: 'warning', reason: true, done: (name) => `The account of ${name} is locked.` },
};

start(async (session) => show(await get(api), session));

function show(view, session) {
  find('[data-heading]').textContent = view.name;
  setTitle(view.name);
  fill(find('[data-tags]'), userTags(view));
  fill(find('[data-region]'), [
    locked(view),
    summaryList([
      ['Email address', el('span', { class: 'portal-long' }, view.email)],
      ['Invited', instant(view.invited_at)],
      ['Last signed in', view.signed_in_at ? instant(view.signed_in_at) : 'Never'],
      ['Second step', STEPS[view.second_step] ?? view.second_step],
      ['At the council', view.staff && [atCouncil(view.staff.roles), view.staff.teams.length ? `. Teams: ${view.staff.teams.join(', ')}` : '']],
      ['Emails', view.email_state.at && `Stopped since ${instant(view.email_state.at)}`],
    ], 'portal-facts'),
    helping(view, session),
    view.staff ? null : access(view.providers, session),
    sessions(view.sessions),
    staffMay(session, 'see_audit') ? paragraph(link(withQuery('/council/audit/', { actor: view.user_id }), 'What they saw and changed')) : null,
  ]);
}

function locked({ lock }) {
  return lock && insetText(paragraph(`Locked at ${instant(lock.at)} by ${lock.by}.`), quote(lock.reason));
}

function access(providers, session) {
  if (!providers.length) return paragraph('They have no access to any provider.');
  const name = ({ provider_ref: ref, provider_name: called }) => (staffMay(session, 'see_change_requests') ? link(withQuery('/council/contacts/', { provider: ref }), `${called} (${ref})`) : `${called} (${ref})`);
  return table({ caption: 'Providers', columns: [{ label: 'Provider' }, { label: 'May' }], rows: providers.map((each) => ({ cells: [name(each), atProvider(each.roles)] })) });
}

function sessions(all) {
  if (!all.length) return paragraph('They are not signed in anywhere.');
  const columns = [{ label: 'Browser' }, { label: 'Signed in' }, { label: 'Last used' }];
  return table({ caption: 'Where they are signed in', columns, rows: all.map((each) => ({ cells: [each.browser, shortInstant(each.created_at), shortInstant(each.last_seen_at)] })) });
}

function helping(view, session) {
  if (view.you) return insetText(paragraph('This is you. You change how you sign in on ', link('/account/', 'your account page'), '; a colleague can do the rest.'));
  if (!view.help.length) return null;
  const first = el('div', { class: 'govuk-button-group' });
  const step = el('div');
  for (const each of view.help) if (HELP[each]) first.append(button(HELP[each].text, () => ask(HELP[each]), { attributes: { id: each } }));
  const ask = (help) => {
    const request = help.once ? { request_id: requestId() } : {};
    const check = help.recognise ? radios({ id: 'identity_check', legend: 'How did you make sure who they are?', hint: 'For the auditor, and for the person.', options: CHECKS }) : null;
    const words = help.reason ? textArea({ id: 'reason', label: 'Why', hint: 'For the helpdesk and the auditor. The person does not read it.', rows: 3, lengthMax: REASON_LENGTH_MAX }) : null;
    const send = () => orSay(step, async () => {
      const said = { ...request, ...(words && { reason: words.querySelector('textarea').value }), ...(check && { identity_check: chosen(check, 'identity_check')[0] ?? '' }) };
      const after = await post(`${api}/${help.path}`, said);
      clearErrors();
      show(after, session);
      told(help.done(view.name));
    }, { controlFor: (field) => document.getElementById(field) });
    askAgain({ first, step, title: `${help.text}: ${view.name}?`, content: [paragraph(help.says(view.name)), check, words], yes: { text: help.yes, kind: help.kind } }, send);
  };
  return el('section', { class: 'portal-next portal-no-print', 'aria-labelledby': 'help' }, el('h2', { class: 'govuk-heading-m', id: 'help' }, 'Help this person'), first, step);
}
