// How a key of a provider's software stands.

import { el, tag } from './dom.js';
import { shortInstant } from './format.js';

const STATES = { live: ['In use', 'green'], expired: ['Ended', 'grey'], revoked: ['Revoked', 'red'] };

/** Whether it is in use; of one that was revoked, by whom, when, and why if the council did. */
export function keyState({ state, revoked_by: by, revoked_at: at, revoked_reason: reason }) {
  const [word, colour] = STATES[state] ?? [state, 'grey'];
  const sub = (text) => el('span', { class: 'portal-table__sub' }, text);
  return [tag(word, colour), by ? sub(`By ${by}${reason ? ' of the council' : ''}, ${shortInstant(at)}`) : null, reason ? sub(reason) : null];
}
