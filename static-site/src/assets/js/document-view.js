// A contract document: what it says, what changed since the version before, and every version. For both sides.

import { withQuery } from './api.js';
import { el, hiddenText, summaryList, tag } from './dom.js';
import { differenceTable } from './differences.js';
import { fileLink } from './file-link.js';
import { date, dates, instant, shortDate, shortInstant } from './format.js';
import { one } from './labels.js';
import { table, twoLines } from './table.js';
import { fileSize } from './upload.js';
import { contractDocument } from './words.js';

/** Its state: in words, with the colour beside. */
export function documentTag({ state }) {
  const { word, colour } = contractDocument(state);
  return tag(word, colour);
}

/** Whom it is for: the client, or that it is for nobody in particular. */
export const clientOf = ({ client, ss_ref: ref }) => (ref ? client || `SSRef ${ref}` : 'Not client specific');
export const serviceOf = ({ service, service_ref: ref }) => service || ref || 'Not service specific';

/** Its dates: from a day to another one, or without an end. */
export function spanOf({ date_from: from, date_to: to }, short = false) {
  if (!from && !to) return null;
  if (from && to) return short ? `${shortDate(from)} to ${shortDate(to)}` : dates(from, to);
  const day = short ? shortDate : date;
  return from ? `From ${day(from)}` : `Until ${day(to)}`;
}

/** The facts about it. */
export function documentFacts(view) {
  return summaryList([
    ['Client', clientOf(view)],
    ['SSRef', view.ss_ref],
    [one('care_package'), view.cpli_id && `CPLI ${view.cpli_id}`],
    ['Service', serviceOf(view)],
    ['Dates', spanOf(view)],
    ['Version', String(view.version)],
    ['Published', view.published_at && instant(view.published_at)],
    ['Answer by', view.state === 'published' && view.answer_by && el('strong', {}, instant(view.answer_by))],
  ], 'portal-facts');
}

/** The PDF of the version that is shown. */
export function documentFile({ file, version, doc_type: type }, href) {
  return el('div', { class: 'portal-file-link portal-no-print' }, [
    el('span', {}, el('strong', {}, type), el('span', { class: 'portal-files__size' }, ` PDF${file?.size_bytes ? `, ${fileSize(file.size_bytes)}` : ''}, version ${version}`)),
    fileLink(href, 'Download document', 'govuk-button govuk-button--secondary'),
  ]);
}

/** What it says, as text: the same as the PDF. */
export function documentFields({ fields = [] }) {
  if (!fields.length) return null;
  return [el('h2', { class: 'govuk-heading-m' }, 'What it says'), summaryList(fields.map(({ label, value }) => [label, el('span', { class: 'portal-said' }, value)]), 'portal-facts')];
}

/** What is different from the version before. */
export function documentDifferences({ differences = [], version }) {
  if (!differences.length) return null;
  return differenceTable(differences, { caption: `What changed since version ${version - 1}`, captionClass: 'govuk-table__caption--m', words: [`Version ${version - 1}`, `Version ${version}`] });
}

/** Every version with what became of it. `href(version)` is where its PDF is. */
export function documentVersions({ versions = [] }, href) {
  if (!versions.length) return null;
  return table({
    caption: 'Versions',
    columns: [{ label: 'Version', className: 'portal-table__nowrap' }, { label: 'State', className: 'portal-table__nowrap' }, { label: 'Published', className: 'portal-table__nowrap' }, { label: 'Notes' }, { label: 'Document', plain: true }],
    rows: versions.map((each) => ({
      cells: [
        `Version ${each.version}`,
        documentTag(each),
        shortInstant(each.published_at),
        [each.note, each.sha256 && el('span', { class: 'portal-table__sub portal-fingerprint' }, el('abbr', { title: 'The fingerprint (SHA-256) of the file: it is of this file and of no other' }, 'Fingerprint'), ` ${each.sha256.slice(0, 16)}…`)],
        fileLink(href(each.version), ['Download', hiddenText(` version ${each.version}`)]),
      ],
    })),
  });
}

/** A row of the list. `path` is the page of a document. */
export function documentCells(row, path, query = {}) {
  return [
    [el('a', { class: 'govuk-link', href: withQuery(path, { ...query, document: row.document_ref }) }, row.doc_type), row.version > 1 ? el('span', { class: 'portal-table__sub' }, `Version ${row.version}`) : null],
    row.ss_ref ? (row.client ? twoLines(row.client, `SSRef ${row.ss_ref}`) : `SSRef ${row.ss_ref}`) : 'Not client specific',
    row.cpli_id || '-',
    serviceOf(row),
    spanOf(row, true) ?? '-',
    [documentTag(row), el('span', { class: 'portal-table__sub portal-said' }, row.note)],
  ];
}
