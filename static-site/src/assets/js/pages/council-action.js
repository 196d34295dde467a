// One action as the council sees it: what it proposes to change and what that comes to, the conversation, and an answer.
import { get, post, withQuery } from '../api.js';
import { replyForm } from '../action-reply.js';
import { actionTag, conversation } from '../conversation.js';
import { el, fill, find, insetText, link, paragraph, quote, summaryList, tag, told } from '../dom.js';
import { clearErrors, remedies, showProblem } from '../forms.js';
import { date, instant } from '../format.js';
import { start } from '../page.js';
import { proposalOf } from '../proposal.js';
import { setTitle } from '../title.js';

const query = new URLSearchParams(location.search);
const [provider, id] = ['provider', 'action'].map((name) => query.get(name) ?? '');
const api = `/api/council/actions/${encodeURIComponent(provider)}/${encodeURIComponent(id)}`;
const TO_PROVIDER = 'provider';
const DONE = { posts: 'Your reply is sent.', completion: 'The action is done.', reopening: 'The action is reopened.' };

start(async () => {
  const view = await get(api);
  show(view);
  if (query.get('created') === 'yes') {
    history.replaceState(null, '', withQuery(location.pathname, { provider, action: id }));
    told(view.assigned_to?.side === 'provider' ? `The action is with ${view.provider_name}.` : 'The action is created.', paragraph(`They see it in the portal${view.due_on ? `, due on ${date(view.due_on)}` : ''}, and are told by email if they have not turned that off.`));
  }
});

/** Shows the action. `kept` is what was typed before it had to be read again. */
function show(view, kept = null) {
  find('[data-heading]').textContent = view.title;
  setTitle(view.title);
  fill(find('[data-tags]'), actionTag(view, 'council'));
  const form = replyForm(view, {
    assign: assignment(view),
    begin: (body) => post(`/api/council/actions/${encodeURIComponent(provider)}/attachments`, body),
    send: async (what, body, assignee) => {
      const after = await post(`${api}/${what}`, what === 'posts' ? { ...body, assign_to: to(assignee) } : body);
      clearErrors();
      show(after);
      told(DONE[what]);
    },
    kept,
    onProblem: (problem) => changedMeanwhile(problem, form?.typed() ?? null),
  });
  const proposal = proposalOf(view, {
    decide: async (body) => {
      const after = await post(`${api}/decision`, body);
      clearErrors();
      show(after, form?.typed() ?? null);
      told(body.decision === 'accept' ? 'You have accepted the change.' : 'You have declined the change.', paragraph(after.decision?.line ?? ''));
    },
    onProblem: (problem) => changedMeanwhile(problem, form?.typed() ?? null),
  });
  fill(find('[data-region]'), [
    facts(view),
    details(view),
    decision(view),
    proposal,
    conversation(view, (attachment) => `${api}/attachments/${encodeURIComponent(attachment)}`),
    form?.element ?? noReply(view),
  ]);
}

const to = (assignee) => (assignee === TO_PROVIDER ? { side: 'provider' } : { side: 'council', team_ref: assignee });

// A reply goes to the provider, unless another team has to deal with it first.
function assignment({ teams = [], provider_name: name, assigned_to: assigned }) {
  return {
    label: 'Assign to',
    hint: 'Who has to do something next',
    options: [{ value: TO_PROVIDER, text: `${name} (the provider)` }, ...teams.map(({ team_ref: value, name: team }) => ({ value, text: assigned?.team_ref === value ? `${team} (deals with it now)` : team }))],
    value: TO_PROVIDER,
  };
}

function facts(view) {
  const { related } = view;
  return summaryList([
    ['Provider', `${view.provider_name} (${view.provider_ref})`],
    ['Type', view.type_name],
    ['Related to', related?.label || view.re || 'Nothing in particular'],
    ['Assigned to', view.assigned_to?.side === 'provider' ? 'The provider' : view.assigned_to?.name],
    ['Due', view.due_on && [date(view.due_on), view.overdue ? [' ', tag('Overdue', 'red')] : null]],
    ['Created', [instant(view.created_at), view.created_by ? ` by ${view.created_by}` : '']],
  ], 'portal-facts');
}

function details({ details: given = [], type_name: type }) {
  if (!given.length) return null;
  return [
    el('h2', { class: 'govuk-heading-m' }, `Details of the ${type.charAt(0).toLowerCase()}${type.slice(1)}`),
    summaryList(given.map(({ label, value }) => [label, el('span', { class: 'portal-said' }, value)]), 'portal-facts'),
  ];
}

function decision({ decision: made }) {
  if (!made) return null;
  const accepted = made.outcome === 'accepted';
  return insetText(
    el('p', { class: 'govuk-body' }, tag(accepted ? 'Change accepted' : 'Change declined', accepted ? 'green' : 'red'), ` at ${instant(made.at)}${made.by ? ` by ${made.by}` : ''}`),
    made.line && paragraph(made.line),
    made.reason && quote(made.reason),
  );
}

function noReply({ state, teams }) {
  if (state === 'done') return insetText(paragraph('This action is done.'));
  return insetText(paragraph(teams?.length ? 'You can read this action. Somebody of the team that handles it can reply.' : 'You can read this action, but not reply to it.'), paragraph(link('/council/actions/', 'Back to the actions')));
}

// Somebody was quicker: the action is shown as it is now, and what was typed stays.
async function changedMeanwhile(problem, kept) {
  if (!['action-changed', 'proposal-decided', 'proposal-changed'].includes(problem.code)) return false;
  try {
    show(await get(api), kept);
  } catch (failure) {
    if (failure.name !== 'Problem') throw failure;
    showProblem(failure, { actions: remedies(failure) });
    return true;
  }
  showProblem(problem, { actions: [el('p', {}, 'It is shown below as it is now. What you typed is kept.')] });
  return true;
}
