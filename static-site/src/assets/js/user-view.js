// Somebody who signs in: how far they are, in words with a colour beside.

import { tag } from './dom.js';
import { instant } from './format.js';
import { capital } from './contact-fields.js';
import { councilRole, emailState, role } from './words.js';

/** The states that users are looked for by. */
export const STATES = [['invited', 'Invited'], ['active', 'Active'], ['locked', 'Locked by the council'], ['locked_after_tries', 'Locked after wrong tries'], ['email_stopped', 'Emails stopped']];

const TAGS = { invited: ['Invited', 'blue'], active: ['Active', 'green'], locked: ['Locked by the council', 'red'] };

/** How far they are, what keeps them out for a while, and whether emails reach them. */
export function userTags({ state, locked_until: until, email_state: email }) {
  const [word, colour] = TAGS[state] ?? [capital(String(state)), null];
  const stopped = emailState(email?.state);
  return [
    tag(word, colour),
    until ? tag(`Locked until ${instant(until)}`, 'orange') : null,
    stopped ? tag(stopped.word, stopped.colour) : null,
  ].filter(Boolean);
}

/** What somebody is at a provider, in words. */
export const atProvider = (roles = []) => (roles.length ? capital(roles.map(role).join(', ')) : 'No role');

/** What somebody is at the council, in words. */
export const atCouncil = (roles = []) => (roles.length ? roles.map(councilRole).join(', ') : 'No role');
