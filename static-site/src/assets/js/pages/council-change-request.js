// One change request: what it is, what it would be, what to look out for; accept it, or reject it and say why.
import { Problem, get, post, withQuery } from '../api.js';
import { askAgain } from '../ask.js';
import { button, el, fill, find, insetText, link, paragraph, quote, summaryList, told, warningText } from '../dom.js';
import { textArea } from '../fields.js';
import { clearErrors, orSay, remedies, showProblem } from '../forms.js';
import { instant } from '../format.js';
import { start } from '../page.js';
import { requestDetails, requestTag, requestTitle } from '../requests.js';
import { setTitle } from '../title.js';
import { changeRequest } from '../words.js';

const query = new URLSearchParams(location.search);
const api = `/api/council/change-requests/${encodeURIComponent(query.get('provider') ?? '')}/${encodeURIComponent(query.get('request') ?? '')}`;
// What happens when it is accepted, to be read before it is.
const EFFECTS = {
  new_contact: 'The contact is added at once. If there is a portal email address and a role, they are invited by email.',
  update_contact: 'The contact is changed at once. If the portal email address or the roles change, they are signed out everywhere; a new address is invited by email.',
  delete_contact_role: 'The access is taken away and their sessions for this provider end at once. They stay in the list of contacts if another role is left.',
};

start(async () => show(await get(api)));

/** Shows the request. `reason` is what was typed before it had to be read again. */
function show(view, reason = '') {
  const title = requestTitle(view);
  find('[data-heading]').textContent = title;
  setTitle(title);
  fill(find('[data-tags]'), requestTag(view));
  fill(find('[data-region]'), [
    outcome(view),
    summaryList([
      ['Provider', [link(withQuery('/council/contacts/', { provider: view.provider_ref }), view.provider_name), ` (${view.provider_ref})`]],
      ['Submitted', [instant(view.submitted_at), view.submitted_by ? ` by ${view.submitted_by}` : '']],
    ], 'portal-facts'),
    (view.warnings ?? []).map((text) => warningText(text)),
    requestDetails(view, { captionClass: 'govuk-table__caption--m' }),
    view.state === 'pending' ? decision(view, reason) : null,
  ]);
}

// Who decided, what, and when.
function outcome({ state, updated_at: at, decided_by: by, rejection_reason: reason }) {
  if (state === 'pending') return null;
  return insetText(
    paragraph(`${changeRequest(state).word} at ${instant(at)}${by ? ` by ${by}` : ''}.`),
    reason ? quote(reason) : null,
  );
}

function decision(view, reason) {
  if (!view.can_decide) return insetText(paragraph('You can read this request. Somebody of the helpdesk decides it.'));
  const first = el('div', { class: 'govuk-button-group' });
  const step = el('div');
  const words = textArea({ id: 'reason', label: 'Why it is rejected', hint: 'The provider reads this. Say what they should do instead.', rows: 4, value: reason });
  const decide = (what, body, said) => orSay(step, async () => {
    const after = await post(`${api}/${what}`, body);
    clearErrors();
    show(after);
    told(said);
  }, { controlFor: () => document.getElementById('reason'), onProblem: decidedMeanwhile });
  const accept = () => askAgain({ first, step, title: 'Accept this request?', content: paragraph(EFFECTS[view.type] ?? 'The change takes effect at once.'), yes: { text: 'Accept request' } }, () => decide('acceptance', {}, 'The request is accepted. What it asks for holds from now on.'));
  const reject = () => askAgain({ first, step, title: 'Reject this request?', content: words, yes: { text: 'Reject request', kind: 'warning' } }, () => {
    const text = words.querySelector('textarea').value.trim();
    if (text) return decide('rejection', { reason: text }, 'The request is rejected. The provider reads your reason.');
    return showProblem(new Problem({ status: 422, code: 'invalid', title: 'Say why', errors: [{ field: 'reason', message: 'Enter why you reject this request' }] }), { controlFor: () => document.getElementById('reason') });
  });
  first.append(button('Accept', accept, { kind: null, hidden: 'this request' }), button('Reject', reject, { hidden: 'this request' }));
  if (reason) queueMicrotask(reject);
  return el('section', { class: 'portal-next portal-no-print', 'aria-labelledby': 'decide' }, el('h2', { class: 'govuk-heading-m', id: 'decide' }, 'Decide'), first, step);
}

// Somebody else was first: what they decided is shown, and nothing of ours is recorded.
async function decidedMeanwhile(problem) {
  if (problem.code !== 'request-decided') return false;
  try {
    show(await get(api), document.getElementById('reason')?.value ?? '');
  } catch (failure) {
    if (failure.name !== 'Problem') throw failure;
    showProblem(failure, { actions: remedies(failure) });
    return true;
  }
  showProblem(problem, { actions: [el('p', {}, 'The request is shown below as it is now.')] });
  return true;
}
