// One contract document as the council sees it: what it says, who answered it when, and that this cannot have changed.
import { Problem, get, post, withQuery } from '../api.js';
import { askAgain } from '../ask.js';
import { documentDifferences, documentFacts, documentFields, documentFile, documentTag, documentVersions } from '../document-view.js';
import { button, el, fill, find, insetText, link, paragraph, tag, told } from '../dom.js';
import { textArea } from '../fields.js';
import { clearErrors, orSay, remedies, showProblem } from '../forms.js';
import { instant } from '../format.js';
import { staffMay, start } from '../page.js';
import { table } from '../table.js';
import { setTitle } from '../title.js';
import { contractDocument } from '../words.js';

const query = new URLSearchParams(location.search);
const [provider, ref] = ['provider', 'document'].map((name) => query.get(name) ?? '');
const api = `/api/council/documents/${encodeURIComponent(provider)}/${encodeURIComponent(ref)}`;
const pdf = (version) => `${api}/${encodeURIComponent(version)}/document.pdf`;
const RECORD = [{ label: 'Version' }, { label: 'Answer' }, { label: 'By' }, { label: 'When', className: 'portal-table__nowrap' }, { label: 'Fingerprint of the file' }, { label: 'Record' }];

let session = null;

start(async (who) => {
  session = who;
  show(await get(api));
  const made = { published: 'The document is published.', revised: 'The new version is published.' }[query.get('made')];
  if (!made) return;
  history.replaceState(null, '', withQuery(location.pathname, { provider, document: ref }));
  told(made, paragraph('The provider sees it now, and is told by email.'));
});

function show(view, kept = '') {
  const title = view.client ? `${view.doc_type}: ${view.client}` : view.doc_type;
  find('[data-heading]').textContent = title;
  setTitle(title);
  fill(find('[data-tags]'), documentTag(view));
  fill(find('[data-region]'), [
    view.provider_name ? el('p', { class: 'govuk-body' }, 'For ', el('strong', {}, view.provider_name), ` (${view.provider_ref ?? provider})`) : null,
    view.note ? insetText(paragraph(view.note)) : null,
    documentFacts(view),
    documentFile(view, pdf(view.version)),
    documentDifferences(view),
    documentFields(view),
    record(view),
    documentVersions(view, pdf),
    (view.can_publish ?? staffMay(session, 'publish_documents')) ? next(view, kept) : null,
  ]);
}

// Who agreed what, when, to which file. What the portal wrote then is compared with the file of now.
function record({ record: rows = [] }) {
  if (!rows.length) return null;
  return [
    table({
      caption: 'Record of answers',
      columns: RECORD,
      rows: rows.map((each) => ({
        cells: [
          String(each.version),
          [tag(contractDocument(each.outcome).word, contractDocument(each.outcome).colour), each.reason ? el('span', { class: 'portal-table__sub portal-said' }, each.reason) : null],
          each.by || '-',
          instant(each.at),
          el('span', { class: 'portal-fingerprint' }, each.sha256),
          each.intact ? tag('Intact', 'green') : tag('Not as it was', 'red'),
        ],
      })),
    }),
    el('p', { class: 'govuk-body-s' }, 'The fingerprint (SHA-256) is of the file that was answered. “Intact” means that the file and the answer are the same today as when the answer was given. Nobody can change a record.'),
  ];
}

function next(view, kept) {
  const open = view.can_agree_manually ?? view.state === 'published';
  if (!open && view.state !== 'rejected') return paragraph(link(withQuery('/council/documents/publish/', { provider, document: ref }), 'Publish a new version'));
  const rejected = view.state === 'rejected';
  const first = el('div', { class: 'govuk-button-group' });
  const step = el('div');
  const words = textArea({ id: 'reason', label: 'Why the council agrees it', hint: 'It stands in the record. For example: agreed by telephone with the manager on 20 November.', rows: 3, value: kept });
  const control = () => document.getElementById('reason');
  const send = (reason) => orSay(step, async () => {
    const after = await post(`${api}/manual-agreement`, { version: view.version, reason });
    clearErrors();
    show(after);
    told('The document is agreed manually.', paragraph('The record says that the council agreed it, and why.'));
  }, { controlFor: control, onProblem: meanwhile });
  const agree = () => askAgain({ first, step, title: 'Agree this document manually?', content: words, yes: { text: 'Agree manually' } }, () => {
    const reason = control().value.trim();
    if (reason) return send(reason);
    return showProblem(new Problem({ status: 422, code: 'invalid', title: 'Say why', errors: [{ field: 'reason', message: 'Enter why the council agrees it' }] }), { controlFor: control });
  });
  first.append(
    el('a', { class: `govuk-button${rejected ? '' : ' govuk-button--secondary'}`, href: withQuery('/council/documents/publish/', { provider, document: ref }), role: 'button', draggable: 'false' }, 'Publish a new version'),
    open ? button('Agree manually', agree) : '',
  );
  if (kept && open) queueMicrotask(agree);
  return el('section', { class: 'portal-next portal-no-print', 'aria-labelledby': 'next-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'next-heading' }, 'What you can do'),
    paragraph(rejected ? 'The provider rejected it. Correct what is wrong, and publish a new version: it takes the place of this one.' : 'A new version takes the place of this one. If the provider has agreed in another way, you can agree it manually.'),
    first,
    step,
  ]);
}

// Somebody answered meanwhile: it is shown as it is now.
async function meanwhile(problem) {
  if (!['document-answered', 'document-superseded'].includes(problem.code)) return false;
  try {
    show(await get(api), control()?.value ?? '');
  } catch (failure) {
    if (failure.name !== 'Problem') throw failure;
    showProblem(failure, { actions: remedies(failure) });
    return true;
  }
  showProblem(problem, { actions: [el('p', {}, 'It is shown below as it is now.')] });
  return true;
}

const control = () => document.getElementById('reason');
