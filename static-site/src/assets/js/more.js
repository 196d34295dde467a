// Lists that the server gives in parts: what came so far, and a button for the rows that follow.

import { get, withQuery } from './api.js';
import { announce, button, el, fill } from './dom.js';
import { orSay } from './forms.js';
import { count } from './format.js';

/**
 * Shows the list in `region`. `first` is the answer with its `rows` and where they go on, `next`; what follows is asked
 * for at `path` with `query`. `render(rows, more)` gives what is shown of all rows that came; `more` says that there
 * are others. The focus comes to the first row that is new.
 */
export function growing(region, first, { path, query = {}, render }) {
  let { rows = [], next = null } = first;
  const draw = () => fill(region, render(rows, next !== null), next === null ? null : follow());
  const follow = () => {
    const control = button('Show more', () => orSay(control, async () => {
      const more = await get(withQuery(path, { ...query, after: next }));
      const shown = rows.length;
      const lines = region.querySelectorAll('tbody tr').length;
      rows = [...rows, ...(more.rows ?? [])];
      next = more.next ?? null;
      draw();
      const fresh = region.querySelectorAll('tbody tr')[lines]?.querySelector('a, button');
      (fresh ?? region.querySelector('button, a'))?.focus();
      announce(`${count(rows.length - shown, 'more row')}${next === null ? ': these are all' : ''}`);
    }));
    return el('div', { class: 'portal-no-print', dataset: { more: '' } }, control);
  };
  draw();
}
