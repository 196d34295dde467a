// The change that a death, package-ended or variation action proposes: what it is, what it comes to in pounds, and the
// council's decision about it.

import { Problem } from './api.js';
import { askAgain } from './ask.js';
import { button, el, insetText, paragraph } from './dom.js';
import { effectsTable } from './effects.js';
import { textArea } from './fields.js';
import { orSay, requestId, showProblem } from './forms.js';
import { one } from './labels.js';
import { table, twoLines } from './table.js';

const NEXT = {
  death: 'The date of death is recorded as if the council’s own system had sent it. The care ends, and statements follow.',
  package_ended: 'The last day of care is recorded as if the council’s own system had sent it, and statements follow.',
  variation: 'The variation is recorded: the weeks that it covers may go above what was commissioned by what was agreed, and what was held for them is released.',
};
const CHANGES = [{ get label() { return one('care_package'); } }, { label: 'What changes' }, { label: 'Now' }, { label: 'Then' }];

/**
 * The section, or null where nothing is proposed or a decision was made. `decide(body)` sends the decision and shows what
 * comes of it; `onProblem(problem)` may deal with what goes wrong.
 */
export function proposalOf(view, { decide, onProblem }) {
  const { proposal, decision } = view;
  if (!proposal || decision) return null;
  return el('section', { class: 'portal-proposal', 'aria-labelledby': 'proposal-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'proposal-heading' }, 'Proposed change'),
    proposal.line && paragraph(proposal.line),
    changes(proposal),
    effectsTable(proposal),
    proposal.can_accept ? null : cannot(proposal, view),
    proposal.can_accept || view.can?.decide ? decisionForm(proposal, decide, onProblem) : null,
  ]);
}

function changes({ changes: rows = [] }) {
  if (!rows.length) return null;
  return table({
    caption: 'What is recorded',
    captionClass: 'govuk-table__caption--s',
    columns: CHANGES,
    rows: rows.map(({ cpli_id: cpli, client, what, from, to }) => ({ cells: [twoLines(client || 'Client', cpli && `CPLI ${cpli}`), what, from ?? 'Nothing', to] })),
  });
}

function cannot({ why_not: why }, { can }) {
  return insetText(paragraph(why || (can?.decide ? 'It cannot be accepted now.' : 'You can read this. Somebody with the role “contracts” or “payments officer” in the team that handles it decides.')));
}

function decisionForm(proposal, decide, onProblem) {
  // The same decision sent twice is one decision.
  const id = requestId();
  const first = el('div', { class: 'govuk-button-group' });
  const step = el('div');
  const words = textArea({ id: 'decision-reason', name: 'reason', label: 'Why you decline it', hint: 'The provider reads this. Say what is wrong and what they should do.', rows: 4 });
  const control = () => document.getElementById('decision-reason');
  const send = (decision, reason) => orSay(step, () => decide({ request_id: id, decision, reason }), { controlFor: control, onProblem });
  const accept = () => askAgain({ first, step, title: 'Accept this change?', content: [paragraph(NEXT[proposal.kind] ?? 'The change is recorded as if the council’s own system had sent it.'), paragraph('It is applied within minutes. The provider is told in this conversation.')], yes: { text: 'Accept change' } }, () => send('accept', null));
  const decline = () => askAgain({ first, step, title: 'Decline this change?', content: [words, paragraph('Nothing is recorded. The action stays open, so that the provider can answer.')], yes: { text: 'Decline change', kind: 'warning' } }, () => {
    const reason = control().value.trim();
    if (reason) return send('decline', reason);
    return showProblem(new Problem({ status: 422, code: 'invalid', title: 'Say why', errors: [{ field: 'reason', message: 'Enter why you decline this change' }] }), { controlFor: control });
  });
  if (proposal.can_accept) first.append(button('Accept this change', accept, { kind: null }));
  first.append(button('Decline it', decline));
  return el('div', { class: 'portal-no-print' }, first, step);
}
