// Asking a second time before something is done that is not easily undone.

import { button, el, fill } from './dom.js';
import { whileBusy } from './forms.js';

/**
 * Shows in `step` what is about to be done, in place of the buttons in `first`, and does it when it is pressed again.
 * `yes` is {text, kind}; "Go back" shows the first buttons again.
 */
export function askAgain({ first, step, title, content = null, yes, back: backText = 'Go back', level = 'h3' }, work) {
  const heading = el(level, { class: 'govuk-heading-s', tabindex: '-1' }, title);
  const back = () => {
    fill(step);
    first.hidden = false;
    first.querySelector('button, summary, input')?.focus();
  };
  first.hidden = true;
  fill(step, heading, content, el('div', { class: 'govuk-button-group' }, [
    button(yes.text, ({ currentTarget }) => whileBusy(currentTarget, work), { kind: yes.kind ?? null, attributes: { 'data-yes': true } }),
    button(backText, back),
  ]));
  heading.focus();
}
