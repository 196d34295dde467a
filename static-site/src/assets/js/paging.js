// Long lists a hundred rows at a time. The page's number is in the address, so that it can be sent to somebody.

import { announce, el, fill } from './dom.js';

const ROWS_A_PAGE = 100;

/**
 * Shows `rows` in `region`: `render(shown, tally)` gives the page of them. `tally` is a paragraph that says which rows
 * these are, made of `said(span, all)`; the focus comes to it when the page is turned. `name` is what the rows are.
 */
export function paged(region, rows, { name, said, render }) {
  const showPage = (wanted) => {
    const pages = Math.max(1, Math.ceil(rows.length / ROWS_A_PAGE));
    const number = Math.min(wanted, pages);
    const first = (number - 1) * ROWS_A_PAGE;
    const shown = rows.slice(first, first + ROWS_A_PAGE);
    const span = pages > 1 ? `${(first + 1).toLocaleString('en-GB')} to ${(first + shown.length).toLocaleString('en-GB')} of ` : '';
    const tally = el('p', { class: 'govuk-body', tabindex: '-1', dataset: { list: '' } }, said(span));
    fill(region, render(shown, tally), pages > 1 ? pagination(name, number, pages, turnTo) : null);
    return tally;
  };
  const turnTo = (number) => {
    history.pushState(null, '', pageUrl(number));
    showPage(number).focus();
    announce(`Page ${number}`);
  };
  addEventListener('popstate', () => showPage(pageOf(location.search)));
  showPage(pageOf(location.search));
}

function pageOf(search) {
  const number = Number(new URLSearchParams(search).get('page') ?? 1);
  return Number.isInteger(number) && number > 0 ? number : 1;
}

function pageUrl(number) {
  const query = new URLSearchParams(location.search);
  query.set('page', String(number));
  return `${location.pathname}?${query}`;
}

function pagination(name, number, pages, turnTo) {
  const turn = (to) => ({ click: (event) => { event.preventDefault(); turnTo(to); } });
  const numbers = [...new Set([1, number - 1, number, number + 1, pages])].filter((each) => each >= 1 && each <= pages);
  const items = numbers.flatMap((each, index) => {
    const gap = index > 0 && each - numbers[index - 1] > 1;
    return [gap && el('li', { class: 'govuk-pagination__item govuk-pagination__item--ellipsis' }, '⋯'), pageLink(each, number, turn)];
  });
  return el(
    'nav',
    { class: 'govuk-pagination', 'aria-label': `Pages of ${name}` },
    number > 1 && el('div', { class: 'govuk-pagination__prev' }, step('Previous', 'prev', number - 1, turn)),
    el('ul', { class: 'govuk-pagination__list' }, items),
    number < pages && el('div', { class: 'govuk-pagination__next' }, step('Next', 'next', number + 1, turn)),
  );
}

function pageLink(each, number, turn) {
  const current = each === number;
  return el(
    'li',
    { class: `govuk-pagination__item${current ? ' govuk-pagination__item--current' : ''}` },
    el('a', { class: 'govuk-link govuk-pagination__link', href: pageUrl(each), 'aria-label': `Page ${each}`, 'aria-current': current ? 'page' : null, on: turn(each) }, String(each)),
  );
}

function step(text, rel, to, turn) {
  return el('a', { class: 'govuk-link govuk-pagination__link', href: pageUrl(to), rel, on: turn(to) },
    el('span', { class: 'govuk-pagination__link-title' }, text, el('span', { class: 'govuk-visually-hidden' }, ' page')));
}
