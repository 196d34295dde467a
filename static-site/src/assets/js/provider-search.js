// Choosing the provider that a page of the council is about: found by name or reference, chosen by a link.

import { get, withQuery } from './api.js';
import { el, find, link, paragraph, show } from './dom.js';
import { count } from './format.js';
import { providerKind } from './words.js';

/**
 * Shows the search, and gives what was found for `q` of this page's address: links to `path` with the provider and
 * what else `kept` says. Without `q` it says what to do.
 */
export async function providerChoice(path, { kept = {}, what }) {
  const words = new URLSearchParams(location.search).get('q')?.trim() ?? '';
  const form = find('[data-search]');
  for (const [name, value] of Object.entries(kept)) if (value) form.append(el('input', { type: 'hidden', name, value }));
  find('#q').value = words;
  show(form, true);
  if (!words) return paragraph(`Find the provider first. ${what}`);
  const { providers = [] } = await get(withQuery('/api/council/providers', { q: words }));
  if (!providers.length) return paragraph(`No provider has “${words}” in its name or reference. Check the spelling, or use fewer letters.`);
  return [
    el('h2', { class: 'govuk-heading-m' }, count(providers.length, 'provider')),
    el('ul', { class: 'govuk-list govuk-list--spaced' }, providers.map(({ provider_ref: ref, name, kind }) =>
      el('li', {}, link(withQuery(path, { provider: ref, ...kept }), name), el('span', { class: 'portal-table__sub' }, `${providerKind(kind)} · ${ref}`)))),
  ];
}

/** What a provider is called; its reference, if nobody says. */
export async function providerName(ref) {
  const { providers = [] } = await get(withQuery('/api/council/providers', { q: ref })).catch(() => ({}));
  return providers.find(({ provider_ref: each }) => each === ref)?.name ?? ref;
}

/** The provider that the page is about, with a way to choose another at `path` if there is one. */
export function chosenProvider(ref, name, path) {
  return el('p', { class: 'govuk-body' }, el('strong', {}, name), name === ref ? ' ' : ` (${ref}) `, path && link(path, 'Choose another provider'));
}
