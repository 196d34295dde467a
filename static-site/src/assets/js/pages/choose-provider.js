// Choosing one of several providers.
import { get, post } from '../api.js';
import { announce, el, fill, find, paragraph, show } from '../dom.js';
import { remedies, showProblem, whileBusy } from '../forms.js';
import { count } from '../format.js';
import { homeOf, start } from '../page.js';
import { go, returnPath } from '../paths.js';
import { providerKind, role } from '../words.js';

const SEARCH_FROM = 9;

start(async (session) => {
  if (session.council) return go(homeOf(session));
  const region = find('[data-region]');
  const { providers } = await get('/api/providers');
  const selected = session.provider?.provider_ref;
  if (!providers?.length) return fill(region, none());
  const search = find('#search');
  show(find('[data-search-group]'), providers.length >= SEARCH_FROM);
  search.addEventListener('input', () => {
    const found = providers.filter((provider) => matches(provider, search.value));
    fill(region, found.length ? groups(found, selected) : paragraph('No provider has that name or reference.'));
    announce(count(found.length, 'provider'));
  });
  fill(region, groups(providers, selected));
});

function none() {
  return [
    paragraph('Your account is not connected to any provider yet. The council has to do that.'),
    paragraph('If you expected to see a provider here, contact support.'),
  ];
}

function matches({ name, provider_ref: ref, parent_name: parent }, text) {
  const wanted = text.trim().toLowerCase();
  return [name, ref, parent].some((each) => (each ?? '').toLowerCase().includes(wanted));
}

function groups(providers, selected) {
  const named = new Map();
  for (const provider of providers) {
    const group = provider.parent_name ?? '';
    named.set(group, [...(named.get(group) ?? []), provider]);
  }
  return [...named].sort(([one], [other]) => compare(one, other)).map(([group, members]) => [
    named.size > 1 || group ? el('h2', { class: 'govuk-heading-m' }, group || 'Single providers') : null,
    el('ul', { class: 'portal-choices' }, members.map((provider) => el('li', {}, card(provider, selected)))),
  ]);
}

// Those without a group come last.
function compare(one, other) {
  if (!one || !other) return one ? -1 : 1;
  return one.localeCompare(other, 'en-GB');
}

function card({ provider_ref: ref, name, kind, roles = [] }, selected) {
  return el(
    'button',
    {
      type: 'button',
      class: 'portal-choice',
      'aria-current': ref === selected ? 'true' : null,
      on: { click: (event) => choose(ref, event.currentTarget) },
    },
    el('span', { class: 'portal-choice__name' }, name),
    el('span', { class: 'portal-choice__detail' }, `${providerKind(kind)} · ${ref}`),
    roles.length ? el('span', { class: 'portal-choice__detail' }, `You may: ${roles.map(role).join(', ')}`) : null,
    ref === selected ? el('span', { class: 'portal-choice__detail' }, 'You are viewing this one now') : null,
  );
}

function choose(providerRef, control) {
  return whileBusy(control, async () => {
    try {
      await post('/api/providers/selection', { provider_ref: providerRef });
      go(returnPath() ?? '/home/');
    } catch (problem) {
      if (problem.name !== 'Problem') throw problem;
      showProblem(problem, { actions: remedies(problem) });
    }
  });
}
