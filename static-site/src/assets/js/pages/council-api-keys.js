// The keys of one provider's software, for the helpdesk and the auditor: what they are for, whether they are used, and
// revoking one with a reason.
import { get, post } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, insetText, link, paragraph, told } from '../dom.js';
import { textArea } from '../fields.js';
import { clearErrors, orSay } from '../forms.js';
import { shortDate, shortInstant } from '../format.js';
import { keyState } from '../key-view.js';
import { start } from '../page.js';
import { providerChoice } from '../provider-search.js';
import { table, twoLines } from '../table.js';
import { setTitle } from '../title.js';
import { plain } from '../words.js';

const PATH = '/council/api-keys/';
const REASON_LENGTH_MAX = 500;
const provider = new URLSearchParams(location.search).get('provider');
const API = `/api/council/api-keys/${encodeURIComponent(provider)}`;

start(async () => {
  if (!provider) return fill(find('[data-region]'), await providerChoice(PATH, { what: 'Then you see the keys of its software.' }));
  return load();
});

async function load() {
  const { provider_name: name, provider_ref: ref, keys, may_revoke: mayRevoke } = await get(API);
  const title = `API keys of ${name}`;
  find('[data-heading]').textContent = title;
  setTitle(title);
  const columns = [{ label: 'Name' }, { label: 'May' }, { label: 'Last used' }, { label: 'Ends' }, { label: 'State' }, mayRevoke ? { label: 'Revoke', plain: true } : null].filter(Boolean);
  fill(find('[data-region]'), [
    mayRevoke ? null : insetText(paragraph('Your role lets you look, but not revoke. Somebody with the role “helpdesk” can.')),
    keys.length ? table({ caption: `Keys of ${ref}`, columns, rows: keys.map((key) => ({ cells: cells(key, mayRevoke) })) }) : paragraph('Its software has no keys.'),
    paragraph(link(PATH, 'Choose another provider')),
  ]);
}

function cells(key, mayRevoke) {
  return [
    twoLines(key.name, `Made by ${key.created_by} on ${shortDate(key.created_at.slice(0, 10))}`),
    key.scopes.map(plain).join(', '),
    key.last_used_at ? shortInstant(key.last_used_at) : 'Never',
    shortDate(key.last_day),
    keyState(key),
    ...(mayRevoke ? [key.state === 'live' ? revoking(key) : '-'] : []),
  ];
}

function revoking(key) {
  const id = `reason-${key.key_id}`;
  const [first, step] = [el('div'), el('div')];
  const words = textArea({ id, name: 'reason', label: 'Why', hint: 'The provider reads it. Do not name clients.', rows: 3, lengthMax: REASON_LENGTH_MAX });
  const controlFor = () => document.getElementById(id);
  first.append(button('Revoke', () => askAgain({
    first,
    step,
    title: `Revoke “${key.name}”?`,
    level: 'h2',
    content: [paragraph('The software that has it is no longer answered, at once. This cannot be undone. The provider’s administrators are told by email.'), words],
    yes: { text: 'Revoke the key', kind: 'warning' },
  }, () => orSay(step, async () => {
    await post(`${API}/${encodeURIComponent(key.key_id)}/revocation`, { reason: words.querySelector('textarea').value });
    clearErrors();
    await load();
    told(`The key “${key.name}” is revoked.`);
  }, { controlFor })), { hidden: key.name }));
  return [first, step];
}
