// Reports as pages show them: which there are, and one with its filters, chart, table and downloads.

import { get, withQuery } from './api.js';
import { el, fill, find, hiddenText, link, paragraph, show } from './dom.js';
import { fillSelect, showProblem } from './forms.js';
import { count, money, shortDate } from './format.js';
import { paged } from './paging.js';
import { table } from './table.js';
import { setTitle } from './title.js';

/** The reports there are to read, each with what it answers. */
export function offered(reports, page) {
  if (!reports.length) return paragraph('No report is offered at the moment.');
  return el('ul', { class: 'portal-report-list' }, reports.map(({ report, title, about }) => (
    el('li', {}, el('h2', { class: 'govuk-heading-s' }, link(withQuery(page, { report }), title)), paragraph(about))
  )));
}

/** Shows the report that the address names, as it asks. `api` is where reports are read. */
export async function showReport(api) {
  const query = new URLSearchParams(location.search);
  const name = query.get('report') ?? '';
  const asked = Object.fromEntries([...query].filter(([key]) => key !== 'report' && key !== 'page'));
  const path = `${api}/${encodeURIComponent(name)}`;
  const report = await get(withQuery(path, asked)).catch((problem) => refused(path, name, asked, problem));
  if (!report) return null;
  setTitle(report.title);
  find('[data-heading]').textContent = report.title;
  showFilters(name, report.filters);
  const region = find('[data-region]');
  const head = [paragraph(report.lead), downloads(`${path}/`, asked), picture(report)];
  const rows = el('div', {});
  fill(region, head, rows, notes(report.notes));
  region.removeAttribute('aria-busy');
  if (!report.rows.length) return fill(rows, paragraph('There is nothing to show for what you chose.'));
  return paged(rows, report.rows, {
    name: 'the report',
    said: (span) => `${span}${count(report.rows.length, 'row')}`,
    render: (shown, tally) => [tally, rowsOf(report, shown)],
  });
}

// What cannot be read of the address stays in its fields, beside what is wrong with it.
async function refused(path, name, asked, problem) {
  if (problem.status !== 422 || !problem.errors?.length) throw problem;
  const usual = await get(path);
  setTitle(usual.title);
  find('[data-heading]').textContent = usual.title;
  showFilters(name, usual.filters.map((filter) => ({ ...filter, value: asked[filter.name] ?? filter.value })));
  find('[data-region]').replaceChildren();
  find('[data-region]').removeAttribute('aria-busy');
  showProblem(problem, { form: find('[data-filters]') });
  return null;
}

function showFilters(name, filters) {
  const form = find('[data-filters]');
  const fields = filters.map(field).filter(Boolean);
  if (!fields.length) return;
  fill(form, el('input', { type: 'hidden', name: 'report', value: name }), el('div', { class: 'portal-filters__fields' }, fields, el('div', { class: 'govuk-form-group' }, el('button', { type: 'submit', class: 'govuk-button' }, 'View'))));
  show(form, true);
}

function field({ name, label, kind, choices, value }) {
  const id = `filter-${name}`;
  if (kind === 'switch') {
    const box = el('input', { class: 'govuk-checkboxes__input', type: 'checkbox', id, name, value: 'true', checked: value === 'true' });
    return el('div', { class: 'govuk-form-group govuk-checkboxes govuk-checkboxes--small' }, el('div', { class: 'govuk-checkboxes__item' }, box, el('label', { class: 'govuk-label govuk-checkboxes__label', for: id }, label)));
  }
  const labelled = el('label', { class: 'govuk-label', for: id }, label);
  if (kind === 'date') return el('div', { class: 'govuk-form-group' }, labelled, el('input', { class: 'govuk-input govuk-input--width-10', type: 'date', id, name, value }));
  if (!choices.length) return null;
  const select = el('select', { class: 'govuk-select', id, name });
  fillSelect(select, choices.map((choice) => ({ value: choice.value, text: choice.label })), value);
  return el('div', { class: 'govuk-form-group' }, labelled, select);
}

function downloads(path, asked) {
  const file = (format, text) => el('li', {}, el('a', { class: 'govuk-link', href: withQuery(`${path}download`, { ...asked, format }), download: true }, text));
  const printed = el('li', {}, el('a', { class: 'govuk-link', href: withQuery(`${path}report.pdf`, asked), download: true }, 'Download as PDF'));
  return el('ul', { class: 'portal-links' }, file('csv', 'Download as CSV'), file('xlsx', 'Download as Excel'), printed,
    el('li', {}, el('button', { type: 'button', class: 'portal-link-button', on: { click: () => print() } }, 'Print')));
}

// The server draws the chart. It is read as an image's XML, never as HTML, and the page's policy lets no script of it run.
function picture({ picture: drawn, chart }) {
  if (!drawn) return null;
  const parsed = new DOMParser().parseFromString(drawn, 'image/svg+xml').documentElement;
  return el('figure', { class: 'portal-chart' }, el('figcaption', { class: 'govuk-heading-s' }, chart.title), document.importNode(parsed, true));
}

function rowsOf({ title, columns, totals, rows: all }, shown) {
  const heads = columns.map(({ label, kind }) => ({ label, numeric: kind === 'money' || kind === 'number' }));
  const rows = shown.map((row) => ({ cells: row.map((cell, index) => said(cell, columns[index].kind)) }));
  const sums = shown.at(-1) === all.at(-1) ? totals : [];
  const summed = sums.map((row) => ({ className: 'portal-report__total', cells: row.map((cell, index) => (index > 0 && cell === null ? '' : said(cell, columns[index].kind))) }));
  return table({ caption: title, captionClass: 'govuk-visually-hidden', columns: heads, rows: [...rows, ...summed], className: 'portal-report' });
}

function said(cell, kind) {
  if (cell === null || cell === '') return [el('span', { 'aria-hidden': 'true' }, '-'), hiddenText('none')];
  if (kind === 'money') return money(cell);
  if (kind === 'date') return shortDate(cell);
  return cell;
}

function notes(all) {
  if (!all.length) return null;
  return [el('h2', { class: 'govuk-heading-m' }, 'Notes'), el('ul', { class: 'govuk-list govuk-list--bullet' }, all.map((note) => el('li', {}, note)))];
}
