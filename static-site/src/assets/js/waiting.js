// A queue whose rows are decided in place: each row opens its decision below, and leaves the list when it is made.

import { get, post, withQuery } from './api.js';
import { fill, find, paragraph, told } from './dom.js';
import { clearErrors, orSay, requestId } from './forms.js';
import { growing } from './more.js';

const query = new URLSearchParams(location.search);
const filters = { q: query.get('q') ?? '', overdue: query.get('overdue') ?? '' };

/**
 * Shows the queue at `path`. `render(rows, more, view)` gives its rows; `none` is said when there are none. `notice` is
 * what has just been done.
 */
export async function queue({ path, none, render, notice = null }) {
  find('#q').value = filters.q;
  find('#overdue').value = filters.overdue;
  const view = await get(withQuery(path, filters));
  const empty = () => paragraph(filters.q || filters.overdue ? 'Nothing that waits matches these filters.' : none);
  growing(find('[data-region]'), view, { path, query: filters, render: (rows, more) => (rows.length ? render(rows, more, view) : empty()) });
  if (notice) told(notice);
}

/** Sends a decision once, however often it is pressed; `after(notice)` shows what is left, and says what was done. */
export function decision(step, path, { after, controlFor }) {
  const request = requestId();
  return (body, notice) => orSay(step, async () => {
    await post(`${path}/decision`, { request_id: request, ...body });
    clearErrors();
    fill(step);
    await after(notice);
  }, { controlFor });
}
