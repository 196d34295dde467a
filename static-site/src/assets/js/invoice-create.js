// Making an invoice or credit note out of confirmed actuals, from wherever it is offered.

import { post, withQuery } from './api.js';
import { button } from './dom.js';
import { clearErrors, remedies, showProblem, whileBusy } from './forms.js';
import { go } from './paths.js';

/** Where a document is shown. */
export const invoicePath = (id) => withQuery('/invoices/invoice/', { invoice: id });

/** A button that creates the document of a contract and period, or opens the draft that is there, and goes to it. */
export function createButton(text, { contract_ref, period_start }, { kind = null, hidden = null } = {}) {
  return button(text, ({ currentTarget }) => whileBusy(currentTarget, async () => {
    try {
      clearErrors();
      const { invoice_id: id } = await post('/api/invoices', { contract_ref, period_start });
      go(invoicePath(id));
    } catch (problem) {
      if (problem.name !== 'Problem') throw problem;
      showProblem(problem, { actions: remedies(problem) });
    }
  }), { kind, hidden });
}
