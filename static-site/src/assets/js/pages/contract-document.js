// One contract document: read it, then agree to it or reject it with a reason, under one's password.
import { Problem, get, post } from '../api.js';
import { documentDifferences, documentFacts, documentFields, documentFile, documentTag, documentVersions } from '../document-view.js';
import { el, fill, find, insetText, paragraph, show as showIf, told } from '../dom.js';
import { chosen } from '../fields.js';
import { clearErrors, onSubmit, remedies, showProblem } from '../forms.js';
import { instant } from '../format.js';
import { start } from '../page.js';
import { setTitle } from '../title.js';

const ref = new URLSearchParams(location.search).get('document') ?? '';
const api = `/api/contract-documents/${encodeURIComponent(ref)}`;
const pdf = (version) => `${api}/${encodeURIComponent(version)}/document.pdf`;
const form = find('[data-answer]');

let view = null;

start(async () => {
  onSubmit(form, answer, { onProblem: meanwhile });
  for (const radio of form.elements.namedItem('answer')) radio.addEventListener('change', choose);
  show(await get(api));
});

function show(now) {
  view = now;
  const who = view.client ? `${view.doc_type}: ${view.client}` : view.doc_type;
  find('[data-heading]').textContent = who;
  setTitle(who);
  fill(find('[data-tags]'), documentTag(view));
  fill(find('[data-region]'), [
    view.state === 'published' ? null : insetText(paragraph(view.note)),
    documentFacts(view),
    documentFile(view, pdf(view.version)),
    documentDifferences(view),
    documentFields(view),
  ]);
  fill(find('[data-deadline]'), view.answer_by ? `Please answer by ${instant(view.answer_by)}. If you do not, the council may agree it for you.` : '');
  showIf(form, view.can_answer);
  fill(find('[data-versions]'), [
    view.can_answer || view.state !== 'published' ? null : paragraph('You can read this document. Somebody with the role “sign documents” can agree to it or reject it.'),
    documentVersions(view, pdf),
  ]);
  choose();
}

// The reason is asked for where one is needed, and the button says what it does.
function choose() {
  const [value] = chosen(form, 'answer');
  showIf(find('[data-reason]'), value === 'rejection');
  fill(find('[data-consent]'), value === 'rejection' ? 'By entering your password below and choosing “Reject this document” you reject this document.' : view?.consent ?? '');
  find('[data-submit]').textContent = value === 'agreement' ? 'Agree to this document' : value === 'rejection' ? 'Reject this document' : 'Continue';
  find('[data-submit]').classList.toggle('govuk-button--warning', value === 'rejection');
}

async function answer({ answer: what, reason, password }) {
  const errors = [];
  if (!what) errors.push({ field: 'answer', message: 'Choose whether you agree to this document' });
  if (what === 'rejection' && !reason.trim()) errors.push({ field: 'reason', message: 'Enter why you reject this document' });
  if (!password) errors.push({ field: 'password', message: 'Enter your password' });
  if (errors.length) throw new Problem({ status: 422, code: 'invalid', title: 'Check your answer', errors });
  const after = await post(`${api}/${what}`, { version: view.version, password, ...(what === 'rejection' ? { reason: reason.trim() } : {}) });
  clearErrors();
  form.reset();
  show(after);
  told(what === 'agreement' ? 'You have agreed to this document.' : 'You have rejected this document. The council reads your reason.');
}

// Somebody else answered, or the council published another version: it is shown as it is now, before anybody decides again.
async function meanwhile(problem) {
  // The password is typed again each time, so that no browser keeps it on the page.
  find('#password').value = '';
  if (!['document-answered', 'document-superseded'].includes(problem.code)) return false;
  try {
    show(await get(api));
  } catch (failure) {
    if (failure.name !== 'Problem') throw failure;
    showProblem(failure, { actions: remedies(failure) });
    return true;
  }
  const next = problem.code === 'document-superseded' ? 'The new version is shown below. Read it, then answer again.' : 'It is shown below as it is now. Your own answer was not recorded.';
  showProblem(problem, { actions: [el('p', {}, next)] });
  return true;
}
