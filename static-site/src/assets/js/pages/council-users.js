// Everybody who signs in, for the helpdesk and the auditor: found by name, email address, provider, side and state.
import { get, withQuery } from '../api.js';
import { el, find, link, paragraph, show } from '../dom.js';
import { fillSelect } from '../forms.js';
import { count, shortInstant } from '../format.js';
import { growing } from '../more.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';
import { STATES, atCouncil, userTags } from '../user-view.js';

const PATH = '/api/council/users';
const NAMES = ['q', 'provider', 'side', 'state'];
const SIDES = [['provider', 'Providers'], ['council', 'The council']];
const COLUMNS = [{ label: 'Name' }, { label: 'Email address', className: 'portal-contacts__email' }, { label: 'Of' }, { label: 'State' }, { label: 'Last signed in' }];
const options = (any, pairs) => [{ value: '', text: any }, ...pairs.map(([value, text]) => ({ value, text }))];

start(async () => {
  const query = new URLSearchParams(location.search);
  const filters = Object.fromEntries(NAMES.map((name) => [name, query.get(name)?.trim() ?? '']));
  fillSelect(find('#side'), options('Everybody', SIDES), filters.side);
  fillSelect(find('#state'), options('All states', STATES), filters.state);
  for (const name of ['q', 'provider']) find(`#${name}`).value = filters[name];
  show(find('[data-filters]'), true);
  const first = await get(withQuery(PATH, filters));
  const filtered = NAMES.some((name) => filters[name]);
  growing(find('[data-region]'), first, {
    path: PATH,
    query: filters,
    render: (rows, more) => (rows.length ? list(rows, more, first.found) : paragraph(filtered ? 'Nobody matches these filters.' : 'Nobody was invited yet.')),
  });
});

function list(rows, more, found) {
  const caption = more ? `${rows.length} of ${count(found, 'user')}` : count(rows.length, 'user');
  return table({ caption, columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(row) })) });
}

function cells(user) {
  return [
    link(withQuery('/council/user/', { user: user.user_id }), user.name),
    el('span', { class: 'portal-long' }, user.email),
    user.council ? twoLines('The council', atCouncil(user.roles)) : providers(user.providers),
    el('span', { class: 'portal-tags' }, userTags(user)),
    user.signed_in_at ? shortInstant(user.signed_in_at) : 'Never',
  ];
}

// More than three are counted: the person's own page names them all.
function providers(all = []) {
  if (!all.length) return 'No provider';
  const named = all.slice(0, 3).map(({ provider_name: name, provider_ref: ref }, index) => el('span', { class: index ? 'portal-table__sub' : null }, `${name} (${ref})`));
  return all.length > 3 ? [...named, el('span', { class: 'portal-table__sub' }, `and ${count(all.length - 3, 'more provider')}`)] : named;
}
