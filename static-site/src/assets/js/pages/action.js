// One action: what it is about, the conversation with the council, and what can be done next.
import { get, post, withQuery } from '../api.js';
import { replyForm } from '../action-reply.js';
import { el, fill, find, insetText, link, paragraph, quote, summaryList, tag, told } from '../dom.js';
import { actionTag, conversation } from '../conversation.js';
import { clearErrors, remedies, showProblem } from '../forms.js';
import { date, instant } from '../format.js';
import { start } from '../page.js';
import { setTitle } from '../title.js';

const query = new URLSearchParams(location.search);
const id = query.get('action') ?? '';
const api = `/api/actions/${encodeURIComponent(id)}`;
const DONE = { posts: 'Your reply is sent.', completion: 'You have marked this action as done.', reopening: 'You have reopened this action.' };

start(async () => {
  const view = await get(api);
  show(view);
  if (query.get('created') === 'yes') {
    history.replaceState(null, '', withQuery(location.pathname, { action: id }));
    told('Your action is with the council.', paragraph(`It is assigned to ${view.assigned_to?.name ?? 'the council'}${view.due_on ? ` and due on ${date(view.due_on)}` : ''}. You are told by email when they reply, if you have not turned that off.`));
  }
});

/** Shows the action. `kept` is what was typed before it had to be read again. */
function show(view, kept = null) {
  find('[data-heading]').textContent = view.title;
  setTitle(view.title);
  fill(find('[data-tags]'), actionTag(view));
  const form = replyForm(view, {
    assign: assignment(view),
    begin: (body) => post('/api/actions/attachments', body),
    send: async (what, body, team) => {
      const after = await post(`${api}/${what}`, what === 'posts' ? { ...body, team_ref: team || null } : body);
      clearErrors();
      show(after);
      told(DONE[what]);
    },
    kept,
    onProblem: (problem) => changedMeanwhile(problem, form),
  });
  fill(find('[data-region]'), [
    facts(view),
    details(view),
    decision(view),
    conversation(view, (attachment) => `${api}/attachments/${encodeURIComponent(attachment)}`),
    form?.element ?? noReply(view),
  ]);
}

function facts(view) {
  const { related } = view;
  return summaryList([
    ['Type', view.type_name],
    ['Related to', related?.label ? (related.url ? link(related.url, related.label) : related.label) : view.re || 'Nothing in particular'],
    ['Assigned to', view.assigned_to?.side === 'provider' ? 'You' : view.assigned_to?.name],
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

function assignment({ teams = [], assigned_to: assigned }) {
  const own = assigned?.side === 'council' ? assigned.team_ref : null;
  const all = teams.map(({ team_ref: value, name }) => ({ value, text: value === own ? `${name} (deals with it now)` : name }));
  return { label: 'Assign to', hint: 'The team of the council that should answer', options: own ? all : [{ value: '', text: 'The team that dealt with it before' }, ...all], value: own ?? '' };
}

function noReply({ state }) {
  return insetText(paragraph(state === 'done' ? 'This action is done.' : 'You can read this action. Somebody with another role than “view” can reply.'));
}

// Somebody was quicker: the action is shown as it is now, and what was typed stays.
async function changedMeanwhile(problem, form) {
  if (problem.code !== 'action-changed') return false;
  const kept = form.typed();
  try {
    const now = await get(api);
    show(now, now.can?.reply ? kept : { text: kept.text });
  } catch (failure) {
    if (failure.name !== 'Problem') throw failure;
    showProblem(failure, { actions: remedies(failure) });
    return true;
  }
  showProblem(problem, { actions: [el('p', {}, 'It is shown below as it is now. What you typed is kept.')] });
  return true;
}
