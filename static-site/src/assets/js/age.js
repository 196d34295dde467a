// How long something has waited, in words.

import { count } from './format.js';

/** "Today", "1 day", "12 days". */
export const age = (days) => (days === null || days === undefined ? '-' : days < 1 ? 'Today' : count(days, 'day'));
