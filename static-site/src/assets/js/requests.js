// A change request: a provider asks for other contact data, and the council accepts or rejects it. For both sides.

import { paragraph, summaryList, tag } from './dom.js';
import { differenceTable } from './differences.js';
import { changeRequest, changeRequestType } from './words.js';

/** Its state: in words, with the colour beside. */
export function requestTag({ state }) {
  const { word, colour } = changeRequest(state);
  return tag(word, colour);
}

/** Its name: "New contact: Ana Kestrel". */
export function requestTitle({ type, name }) {
  return name ? `${changeRequestType(type)}: ${name}` : changeRequestType(type);
}

/** What it asks for. What is new is a list; what changes stands beside what it was. */
export function requestDetails(request, { captionClass = 'govuk-table__caption--s' } = {}) {
  const details = request.details ?? [];
  if (!details.length) return paragraph('It says nothing more.');
  if (request.type === 'new_contact') {
    return summaryList(details.map(({ label, after }) => [label, after]), 'portal-facts');
  }
  return differenceTable(details, { caption: 'What changes', captionClass, words: ['Now', 'Asked for'] });
}
