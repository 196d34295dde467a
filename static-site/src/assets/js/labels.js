// What the council calls an action, a contract document and a care package, where that stands alone as the name of the
// thing: in menus, headings, columns and on buttons. Running text and the help keep the portal's own words.

import { setTitle } from './title.js';

// The words that pages are written with, and how elements name them: data-label="care-packages".
const GLOSSARY = {
  action: { one: 'Action', several: 'Actions', names: ['action', 'actions'] },
  document: { one: 'Contract document', several: 'Contract documents', names: ['document', 'documents'] },
  care_package: { one: 'Care package', several: 'Care packages', names: ['care-package', 'care-packages'] },
};
let own = {};

/** The council's word for one of them: `action`, `document`, `care_package`. */
export const one = (what) => own[what]?.one ?? GLOSSARY[what].one;

/** The council's word for several of them. */
export const several = (what) => own[what]?.several ?? GLOSSARY[what].several;

/** A title from the API: the council's word if it is one of these words alone. */
export function titled(title) {
  const what = Object.keys(GLOSSARY).find((each) => [GLOSSARY[each].one, GLOSSARY[each].several].includes(title));
  if (!what) return title;
  return title === GLOSSARY[what].one ? one(what) : several(what);
}

/** The word in the middle of a name: "New query". What is written in capitals stays so. */
export const within = (word) => (/^\p{Lu}[\p{Lu}\d]/u.test(word) ? word : word.charAt(0).toLowerCase() + word.slice(1));

/** Takes in the council's words and writes them wherever the page has one. */
export function useLabels(labels) {
  if (!labels) return;
  own = labels;
  for (const each of document.querySelectorAll('[data-label]')) each.textContent = named(each.dataset.label, each.hasAttribute('data-label-within'));
  const about = document.body.dataset.titleLabel;
  if (about) setTitle(document.querySelector('h1')?.textContent.trim() || named(about));
}

function named(name, isWithin = false) {
  const what = Object.keys(GLOSSARY).find((each) => GLOSSARY[each].names.includes(name));
  const word = GLOSSARY[what].names[0] === name ? one(what) : several(what);
  return isWithin ? within(word) : word;
}
