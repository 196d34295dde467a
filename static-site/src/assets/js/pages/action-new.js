// A new action, empty or with its details filled in from a care package or the line of a statement.
import { get, post, withQuery } from '../api.js';
import { actionForm } from '../action-form.js';
import { el, fill, find, insetText, paragraph } from '../dom.js';
import { start } from '../page.js';
import { go } from '../paths.js';

const query = new URLSearchParams(location.search);
const from = Object.fromEntries(['type', 'client', 'cpli', 'contract', 'period', 'item'].map((name) => [name, query.get(name)]));

start(async (session) => {
  const region = find('[data-region]');
  if (!session.permissions?.includes('act')) {
    fill(region, paragraph('Your role for this provider lets you look, but not raise actions. Ask an administrator of your organisation for another role.'));
    return;
  }
  const about = await get(withQuery('/api/actions/form', from));
  const asked = (about.types ?? []).find(({ type_ref: ref }) => ref === from.type);
  if (asked) about.filled = { related: { kind: asked.related_to[0] ?? 'none' }, title: '', text: '', ...about.filled, type_ref: asked.type_ref };
  const form = actionForm(about, {
    assign: {
      label: 'Assign to',
      hint: 'The team of the council that deals with it. It is filled in for the type you choose.',
      options: (about.teams ?? []).map(({ team_ref: value, name }) => ({ value, text: name })),
      of: ({ team_ref: ref }) => ref,
    },
    begin: (body) => post('/api/actions/attachments', body),
    send: async (body, team) => {
      const { action_id: id } = await post('/api/actions', { ...body, team_ref: team });
      go(withQuery('/actions/action/', { action: id, created: 'yes' }));
    },
    cancel: cancel(),
  });
  fill(region, [filledFrom(about), form]);
});

// Back to where the details came from.
function cancel() {
  if (from.contract && from.period) return withQuery('/scheduled-payments/statement/', { contract: from.contract, period: from.period });
  return from.cpli ? '/care-packages/' : '/actions/';
}

function filledFrom({ filled }) {
  if (!from.cpli && !from.contract) return null;
  const what = from.cpli ? `care package ${from.cpli}` : from.item ? 'the line of your statement' : 'your statement';
  return filled ? insetText(el('p', { class: 'govuk-body govuk-!-margin-bottom-0' }, `The details of ${what} are filled in. Choose a type and say what you want the council to know.`)) : null;
}
