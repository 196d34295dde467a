// Building the page by createElement and text alone: nothing that the server sends is ever read as HTML.

/**
 * An element. `attributes` are attributes, but for `class`, `dataset` (an object) and `on` (event handlers by name);
 * null and false leave an attribute out, true writes it without a value. Children are nodes, texts, or arrays of both;
 * null and false are skipped.
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') {
      for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    } else if (name === 'dataset') {
      Object.assign(element.dataset, value);
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  add(element, children);
  return element;
}

/** Appends children as [`el`] takes them. */
export function add(parent, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return parent;
}

/** Replaces what is in `parent`. */
export function fill(parent, ...children) {
  parent.replaceChildren();
  return add(parent, children);
}

/** The one element that `selector` names; a page without it is a mistake of ours. */
export function find(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** Shows or hides. */
export function show(element, shown) {
  element.hidden = !shown;
}

/** A paragraph. */
export function paragraph(...children) {
  return el('p', { class: 'govuk-body' }, ...children);
}

/** A link. */
export function link(href, ...children) {
  return el('a', { class: 'govuk-link', href }, ...children);
}

/** Text for screen readers only. */
export function hiddenText(text) {
  return el('span', { class: 'govuk-visually-hidden' }, text);
}

/** A tag: a state in words, with a colour beside. */
export function tag(text, colour) {
  return el('strong', { class: `govuk-tag${colour ? ` govuk-tag--${colour}` : ''}` }, text);
}

/** A button that does something on this page. */
export function button(text, onClick, { kind = 'secondary', hidden = null, attributes = {} } = {}) {
  return el(
    'button',
    { type: 'button', class: `govuk-button${kind ? ` govuk-button--${kind}` : ''}`, on: { click: onClick }, ...attributes },
    text,
    hidden && hiddenText(` ${hidden}`),
  );
}

/** Terms with what they stand for. Entries are [term, description]; those without a description are left out. */
export function summaryList(entries, className = '') {
  return el(
    'dl',
    { class: `govuk-summary-list ${className}`.trim() },
    entries
      .filter(([, description]) => description !== null && description !== undefined && description !== false && description !== '')
      .map(([term, description]) =>
        el(
          'div',
          { class: 'govuk-summary-list__row' },
          el('dt', { class: 'govuk-summary-list__key' }, term),
          el('dd', { class: 'govuk-summary-list__value' }, description),
        ),
      ),
  );
}

/** Text that must not be overlooked. */
export function warningText(...children) {
  return el(
    'div',
    { class: 'govuk-warning-text' },
    el('span', { class: 'govuk-warning-text__icon', 'aria-hidden': 'true' }, '!'),
    el('strong', { class: 'govuk-warning-text__text' }, hiddenText('Warning '), ...children),
  );
}

/** A remark set apart. */
export function insetText(...children) {
  return el('div', { class: 'govuk-inset-text' }, ...children);
}

let notifications = 0;

/** What has just happened, to be focused. */
export function notification(title, ...children) {
  notifications += 1;
  const id = `notification-${notifications}`;
  return el(
    'div',
    {
      class: 'govuk-notification-banner govuk-notification-banner--success',
      role: 'alert',
      tabindex: '-1',
      'aria-labelledby': id,
    },
    el(
      'div',
      { class: 'govuk-notification-banner__header' },
      el('h2', { class: 'govuk-notification-banner__title', id }, title),
    ),
    el('div', { class: 'govuk-notification-banner__content' }, ...children),
  );
}

/** Says at the top of the page that something was done, and moves the focus there. The page has a place for it: [data-notice]. */
export function told(text, ...more) {
  const banner = notification('Done', el('p', { class: 'govuk-notification-banner__heading' }, text), ...more);
  find('[data-notice]').replaceChildren(banner);
  banner.focus();
  banner.scrollIntoView({ block: 'nearest' });
}

/** What somebody wrote, with its line breaks. */
export function quote(text) {
  return el('div', { class: 'govuk-body portal-quote' }, text);
}

/** Says something to screen readers without moving the focus. */
export function announce(text) {
  find('[data-announce]').textContent = text;
}
