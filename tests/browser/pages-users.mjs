// The helpdesk's pages about users in their main states.

import * as data from './mock/data.mjs';
import * as users from './mock/users.mjs';

const { problem } = data;
const down = problem(503, 'unavailable');
const notFound = problem(404, 'not-found', 'There is nothing here.');
const summary = '.govuk-error-summary';
const told = '.govuk-notification-banner';
const done = '[data-region]:not([aria-busy])';
const press = (...texts) => async (page) => {
  for (const text of texts) await page.locator(`main button:has-text("${text}"):visible`).first().click();
};
const lock = async (page) => {
  await press('Lock')(page);
  await page.fill('#reason', 'Left on Friday');
  await press('Lock account')(page);
};
const { USER_API } = users;
const auditor = { 'GET /api/session': users.auditor };

const states = [
  {
    name: 'api keys of a provider', path: users.KEYS, ready: done,
    states: [
      { name: 'some', ready: 'table' },
      { name: 'none', answers: { [`GET ${users.KEYS_API}`]: { ...users.keys, keys: [] } }, ready: 'text=has no keys' },
      { name: 'revoked by the council', answers: { [`GET ${users.KEYS_API}`]: users.revokedKeys }, ready: 'text=of the council' },
      { name: 'about to be revoked', then: press('Revoke'), ready: 'text=The provider reads it' },
      { name: 'without a reason', answers: { [`POST ${users.KEYS_API}/5F1C09A2B7D34E60/revocation`]: problem(422, 'invalid', 'Say why', [{ field: 'reason', message: 'Enter why you revoke this key' }]) }, then: press('Revoke', 'Revoke the key'), ready: summary },
      { name: 'for an auditor', answers: { ...auditor, [`GET ${users.KEYS_API}`]: { ...users.keys, may_revoke: false } }, ready: 'text=lets you look' },
      { name: 'down', answers: { [`GET ${users.KEYS_API}`]: down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'users', path: '/council/users/', ready: done,
    states: [
      { name: 'some', ready: 'table' },
      { name: 'with more', answers: { 'GET /api/council/users': users.more }, ready: '[data-more]' },
      { name: 'nobody', path: '/council/users/?q=xyz&state=locked', answers: { 'GET /api/council/users': { rows: [], next: null, found: 0 } }, ready: 'text=matches these filters' },
      { name: 'nobody yet', answers: { 'GET /api/council/users': { rows: [], next: null, found: 0 } }, ready: 'text=Nobody was invited' },
      { name: 'for an auditor', answers: auditor, ready: 'table' },
      { name: 'down', answers: { 'GET /api/council/users': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'user', path: users.USER, ready: done,
    states: [
      { name: 'active', ready: '#help' },
      { name: 'locked', answers: { [`GET ${USER_API}`]: users.locked }, ready: 'text=Left Meadow View' },
      { name: 'invited', answers: { [`GET ${USER_API}`]: users.invited }, ready: 'text=Invite again' },
      { name: 'of the council', answers: { [`GET ${USER_API}`]: users.colleague }, ready: 'text=Teams: Service agreement team' },
      { name: 'yourself', answers: { [`GET ${USER_API}`]: users.yourself }, ready: 'text=This is you' },
      { name: 'about to lock', then: press('Lock'), ready: '#reason' },
      { name: 'locked without a reason', answers: { [`POST ${USER_API}/lock`]: problem(422, 'invalid', 'Say why', [{ field: 'reason', message: 'Enter why you lock this account' }]) }, then: press('Lock', 'Lock account'), ready: summary },
      { name: 'locked just now', then: lock, ready: told },
      { name: 'about to send a password reset', then: press('Send a password reset'), ready: 'text=valid for 10 minutes' },
      { name: 'about to take the second step away', then: press('Take the second step away'), ready: '#identity_check' },
      { name: 'nobody recognised', answers: { [`POST ${USER_API}/second-step/removal`]: problem(422, 'invalid', 'Choose', [{ field: 'identity_check', message: 'Choose how you made sure who they are' }]) }, then: press('Take the second step away', 'Take second step away'), ready: summary },
      { name: 'too many codes', answers: { [`POST ${USER_API}/password-reset`]: problem(429, 'too-many-codes', 'A code was sent just now.') }, then: press('Send a password reset', 'Send password reset'), ready: summary },
      { name: 'for an auditor', answers: { ...auditor, [`GET ${USER_API}`]: users.readOnly }, ready: 'text=What they saw and changed' },
      { name: 'without anything', answers: { [`GET ${USER_API}`]: users.nowhere }, ready: 'text=not signed in anywhere' },
      { name: 'not there', answers: { [`GET ${USER_API}`]: notFound }, ready: 'text=cannot be found' },
    ],
  },
];

// All of them as somebody of the helpdesk, unless a state says otherwise.
export const pages = states.map((page) => ({ ...page, who: 'council', states: page.states.map((state) => ({ ...state, answers: { 'GET /api/session': users.helpdesk, ...state.answers } })) }));
