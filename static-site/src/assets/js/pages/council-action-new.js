// A new action from the council: choose the provider, then say what it is about and who has to do something next.
import { get, post, withQuery } from '../api.js';
import { actionForm } from '../action-form.js';
import { fill, find, paragraph } from '../dom.js';
import { staffMay, start } from '../page.js';
import { go } from '../paths.js';
import { chosenProvider, providerChoice, providerName } from '../provider-search.js';

const PATH = '/council/actions/new/';
const TO_PROVIDER = 'provider';
const provider = new URLSearchParams(location.search).get('provider');

start(async (session) => {
  const region = find('[data-region]');
  if (!staffMay(session, 'answer_actions')) return fill(region, paragraph('Your role lets you look, but not raise actions. A team member can.'));
  if (!provider) return fill(region, await providerChoice(PATH, { what: 'Then you write to it.' }));
  const about = await get(withQuery('/api/council/actions/form', { provider }));
  const name = about.provider_name ?? await providerName(provider);
  // Whoever raises an action is of the team that handles it.
  const teams = (about.teams ?? []).filter(({ team_ref: ref }) => about.own_teams?.includes(ref) ?? true);
  if (!teams.length) return fill(region, [chosenProvider(provider, name, PATH), paragraph('You are in no team yet. An action needs a team that handles it: ask whoever keeps the list of staff.')]);
  return fill(region, [chosenProvider(provider, name, PATH), actionForm(about, {
    assign: {
      label: 'Assign to',
      hint: 'Who has to do something next',
      options: [{ value: TO_PROVIDER, text: `${name} (the provider)` }, ...teams.map(({ team_ref: value, name: team }) => ({ value, text: team }))],
      of: () => TO_PROVIDER,
    },
    begin: (body) => post(`/api/council/actions/${encodeURIComponent(provider)}/attachments`, body),
    send: async (body, assignee) => {
      const assign_to = assignee === TO_PROVIDER ? { side: 'provider' } : { side: 'council', team_ref: assignee };
      const { action_id: id } = await post('/api/council/actions', { provider_ref: provider, ...body, assign_to });
      go(withQuery('/council/actions/action/', { provider, action: id, created: 'yes' }));
    },
    cancel: '/council/actions/',
  })]);
});
