// Publishing a contract document: for a provider and a care package, from a PDF of the council's or made by the portal.
import { Problem, get, post, withQuery } from '../api.js';
import { el, fill, find, insetText, paragraph, show } from '../dom.js';
import { chosen, dayIn, dayInput, radios, selectInput, setDay, textInput } from '../fields.js';
import { onSubmit, requestId } from '../forms.js';
import { one } from '../labels.js';
import { staffMay, start } from '../page.js';
import { go } from '../paths.js';
import { chosenProvider, providerChoice, providerName } from '../provider-search.js';
import { setTitle } from '../title.js';
import { fileProblem, letDrop, megabytes, objection, send } from '../upload.js';

const PATH = '/council/documents/publish/';
const FILE_MEGABYTES_MAX = 10;
const RULES = { what: 'a PDF', endings: ['pdf'], sizeMax: megabytes(FILE_MEGABYTES_MAX), tooLarge: 'Save it with smaller pictures' };
const query = new URLSearchParams(location.search);
const [provider, ref] = [query.get('provider'), query.get('document')];

start(async (session) => {
  const region = find('[data-region]');
  if (!staffMay(session, 'publish_documents')) return fill(region, paragraph('Your role lets you look, but not publish. Somebody with the role “contracts” can.'));
  if (!provider) return fill(region, await providerChoice(PATH, { what: 'Then you choose the care package that the document is about.' }));
  const [about, before, name] = await Promise.all([
    get(withQuery('/api/council/documents/form', { provider })),
    ref ? get(`/api/council/documents/${encodeURIComponent(provider)}/${encodeURIComponent(ref)}`) : null,
    ref ? null : providerName(provider),
  ]);
  if (before) {
    find('[data-heading]').textContent = `New version of ${before.doc_type}`;
    setTitle(`New version of ${before.doc_type}`);
  }
  return fill(region, [
    chosenProvider(provider, before?.provider_name ?? name, before ? null : PATH),
    before ? earlier(before) : null,
    form(about, before),
  ]);
});

function earlier({ version, note }) {
  return insetText(paragraph(`This becomes version ${version + 1} and takes the place of version ${version}.`), note ? paragraph(note) : null);
}

function form(about, before) {
  const id = requestId();
  const any = (text) => ({ value: '', text });
  const type = textInput({ id: 'doc_type', label: 'Type of document', hint: about.doc_types?.length ? 'Choose one that is used already, or type another' : 'For example, Service provision agreement', value: before?.doc_type ?? '', attributes: { list: 'doc-types', autocomplete: 'off' } });
  type.append(el('datalist', { id: 'doc-types' }, (about.doc_types ?? []).map((value) => el('option', { value }))));
  const pack = selectInput({ id: 'cpli_id', label: one('care_package'), hint: 'With a care package the document is about its client and service.', options: [any('No care package'), ...(about.packages ?? []).map(({ cpli_id: value, line }) => ({ value, text: `${line} (CPLI ${value})` }))], value: before?.cpli_id ?? '' });
  const client = selectInput({ id: 'ss_ref', label: 'Client', options: [any('Not client specific'), ...(about.clients ?? []).map(({ ss_ref: value, name }) => ({ value, text: name ? `${name} (${value})` : value }))], value: before?.ss_ref ?? '' });
  const service = selectInput({ id: 'service_ref', label: 'Service', options: [any('Not service specific'), ...(about.services ?? []).map(({ service_ref: value, name }) => ({ value, text: name ?? value }))], value: before?.service_ref ?? '' });
  const others = el('div', {}, client, service);
  const source = radios({ id: 'source', legend: 'The document', value: 'made', options: [
    { value: 'made', text: 'Have the portal make the PDF', hint: 'From the care package: service, dates and price, as an accessible document' },
    { value: 'file', text: 'Upload a PDF', hint: `Up to ${FILE_MEGABYTES_MAX} MB. The provider sees it as it is.` },
  ] });
  const file = el('input', { class: 'govuk-file-upload', type: 'file', id: 'file', accept: '.pdf', 'aria-describedby': 'file-hint' });
  const progress = el('div', { hidden: true });
  const upload = el('div', { class: 'govuk-form-group portal-drop' }, [
    el('label', { class: 'govuk-label govuk-label--s', for: 'file' }, 'PDF'),
    el('div', { class: 'govuk-hint', id: 'file-hint' }, 'Choose it, or drag it here.'),
    file,
    progress,
  ]);
  letDrop(upload, file);
  const element = el('form', { method: 'post', novalidate: true, 'aria-label': 'Publish a contract document' }, [
    type, pack, others,
    dayInput({ id: 'date_from', legend: 'From (optional)', hint: null, value: before?.date_from ?? '' }),
    dayInput({ id: 'date_to', legend: 'To (optional)', hint: null, value: before?.date_to ?? '' }),
    source, upload,
    el('div', { class: 'govuk-button-group' }, el('button', { type: 'submit', class: 'govuk-button' }, before ? 'Publish new version' : 'Publish document'), el('a', { class: 'govuk-link', href: '/council/documents/' }, 'Cancel')),
  ]);
  const value = (name) => element.querySelector(`#${name}`).value.trim();
  const follow = () => {
    show(others, !value('cpli_id'));
    show(upload, chosen(element, 'source')[0] === 'file');
  };
  element.addEventListener('change', ({ target }) => {
    follow();
    const known = target.id === 'cpli_id' ? about.packages?.find(({ cpli_id: each }) => each === target.value) : null;
    if (known?.start_date) setDay('date_from', known.start_date);
  });
  follow();
  let sent = null;
  file.addEventListener('change', () => { sent = null; });

  onSubmit(element, async () => {
    const errors = [];
    const uploading = chosen(element, 'source')[0] === 'file';
    if (!value('doc_type')) errors.push({ field: 'doc_type', message: 'Enter the type of document' });
    if (!uploading && !value('cpli_id')) errors.push({ field: 'cpli_id', message: 'Choose the care package that the PDF is made from, or upload a PDF' });
    const wrong = uploading ? objection(file.files[0], RULES) : null;
    if (wrong) errors.push({ field: 'file', message: wrong });
    const [from, to] = [day('date_from', 'The first day', errors), day('date_to', 'The last day', errors)];
    if (from && to && to < from) errors.push({ field: 'date_to', message: 'The last day must not be before the first day' });
    if (errors.length) throw new Problem({ status: 422, code: 'invalid', title: 'Check the form', errors });
    if (uploading && !sent) sent = await uploaded(file.files[0], progress);
    const pack = value('cpli_id') || null;
    const { document_ref: made } = await post('/api/council/documents', {
      request_id: id, provider_ref: provider, document_ref: ref, doc_type: value('doc_type'), cpli_id: pack,
      service_ref: pack ? null : value('service_ref') || null, ss_ref: pack ? null : value('ss_ref') || null,
      date_from: from, date_to: to, upload_id: uploading ? sent : null,
    });
    go(withQuery('/council/documents/document/', { provider, document: made, made: before ? 'revised' : 'published' }));
  }, { controlFor: (field) => element.querySelector(`#${CSS.escape(field === 'upload_id' ? 'file' : field ?? '')}`) });
  return element;
}

async function uploaded(file, progress) {
  const { upload_id: id, ...where } = await post('/api/council/documents/uploads', { provider_ref: provider, file_name: file.name, size_bytes: file.size });
  try {
    await send(file, where, progress);
  } catch (problem) {
    if (problem.name !== 'Problem' || problem.code === 'stopped') throw problem;
    throw fileProblem(problem.says, 'file');
  }
  return id;
}

function day(id, what, errors) {
  try {
    return dayIn(id, what);
  } catch (problem) {
    errors.push(...problem.errors);
    return null;
  }
}
