// A link to a file that the portal keeps: a PDF, an attachment. Whoever follows it gets the file, or reads at the top of
// this page why there is none.

import { linkTo } from './api.js';
import { el } from './dom.js';
import { clearErrors, orSay } from './forms.js';

/** A link to the file at `href` of the API. Opened in a new tab it leads there as it is. */
export function fileLink(href, children, className = 'govuk-link') {
  const follow = (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    orSay(event.currentTarget, async () => {
      const url = await linkTo(href);
      if (document.querySelector('[data-errors] [data-problem]')) clearErrors();
      location.assign(url);
    });
  };
  return el('a', { class: className, href, on: { click: follow } }, children);
}
