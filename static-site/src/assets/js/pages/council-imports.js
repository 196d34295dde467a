// The council's files: send one and see what it would change, what waits, and the history of all of them.
import { Problem, get, post, withQuery } from '../api.js';
import { announce, button, el, fill, find, link, paragraph } from '../dom.js';
import { selectInput } from '../fields.js';
import { onSubmit, orSay } from '../forms.js';
import { count, shortInstant } from '../format.js';
import { countsLine, feedName, filePath, fileTag, waitingTable } from '../import-view.js';
import { growing } from '../more.js';
import { start } from '../page.js';
import { go } from '../paths.js';
import { table, twoLines } from '../table.js';
import { fileProblem, letDrop, megabytes, objection, send } from '../upload.js';

const PATH = '/council/imports/';
const API = '/api/council/imports';
const RULES = { what: 'a CSV file', endings: ['csv'], others: { xlsx: 'This is a workbook. Save it as CSV (UTF-8) and choose that file' }, sizeMax: megabytes(64), tooLarge: 'Split it into smaller files' };
const COLUMNS = [{ label: 'File' }, { label: 'Read', className: 'portal-table__nowrap' }, { label: 'State' }, { label: 'Rows' }, { label: 'From' }];
const ASK_AGAIN_MILLISECONDS = [300, 700, 1500, 3000, 5000];
// As the parts of a file's name are written.
const TIMED = /^(?:dryrun_)?([a-z_]+)_\d{8}t\d{6}\.csv$/i;

start(async () => {
  const feed = new URLSearchParams(location.search).get('feed');
  const [first, waiting] = await Promise.all([get(withQuery(API, { feed })), get(`${API}/waiting`)]);
  if (first.may_import) fill(find('[data-send]'), sendForm(first.feeds));
  fill(find('[data-tried]'), tried(first.tried), misnamed(first.misnamed));
  showWaiting(waiting, first.may_import);
  fill(find('[data-filter]'), filter(first.feeds, feed));
  growing(find('[data-region]'), first, { path: API, query: { feed }, render: (rows) => [
    el('h2', { class: 'govuk-heading-m' }, feed ? `History of ${feedName(feed).toLowerCase()}` : 'History'),
    rows.length
      ? table({ caption: 'Files, latest first', captionClass: 'govuk-visually-hidden', columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(row) })) })
      : paragraph('No file has come yet.'),
  ] });
});

function cells(row) {
  return [
    [link(filePath(row), row.file), el('span', { class: 'portal-table__sub' }, feedName(row.feed))],
    shortInstant(row.finished_at ?? row.started_at),
    fileTag(row.state),
    row.refused ? row.refused.message : countsLine(row.counts),
    row.sent_by ? twoLines('This page', row.sent_by) : 'Dropped',
  ];
}

function filter(feeds, feed) {
  const select = selectInput({ id: 'feed', label: 'Show files of', options: [{ value: '', text: 'All feeds' }, ...feeds.map((value) => ({ value, text: feedName(value) }))], value: feed ?? '' });
  return el('form', { class: 'portal-search', method: 'get', action: PATH, 'aria-label': 'Filter the history' }, select, el('button', { class: 'govuk-button govuk-button--secondary' }, 'Show'));
}

function misnamed(files = []) {
  if (!files.length) return null;
  return table({
    caption: 'Files whose names were not understood',
    columns: [{ label: 'File' }, { label: 'Came' }, { label: 'What to do' }],
    rows: files.map((each) => ({ cells: [each.file_name, shortInstant(each.at), twoLines(each.message, each.code)] })),
  });
}

function tried(files) {
  if (!files.length) return null;
  return table({
    caption: 'Tried and not applied',
    columns: [{ label: 'File' }, { label: 'Feed' }, { label: 'Tried' }, { label: 'By' }],
    rows: files.map((each) => ({ cells: [link(withQuery('/council/imports/file/', { upload: each.upload_id }), each.file_name), feedName(each.feed), shortInstant(each.at), each.by] })),
  });
}

function showWaiting({ rows, more }, may) {
  const region = find('[data-waiting]');
  if (!rows.length) return fill(region, paragraph('No row waits for something that is not known yet.'));
  const again = button('Try waiting rows again', () => orSay(again, async () => {
    await done(await post(`${API}/waiting/retry`));
    const left = await get(`${API}/waiting`);
    showWaiting(left, may);
    const waiting = left.rows.reduce((sum, row) => sum + row.rows.length, 0);
    const said = paragraph(waiting ? `Tried again: ${count(waiting, 'row')} still ${waiting === 1 ? 'waits' : 'wait'}.` : 'Tried again: no row waits any more.');
    said.dataset.retried = '';
    region.prepend(said);
    announce(said.textContent);
  }));
  return fill(region, waitingTable(rows), more ? paragraph('There are more than are shown here.') : null, may ? again : null);
}

function sendForm(feeds) {
  const select = selectInput({ id: 'send-feed', label: 'What the file is about', options: [{ value: '', text: 'Choose a feed' }, ...feeds.map((value) => ({ value, text: feedName(value) }))] });
  const file = el('input', { class: 'govuk-file-upload', type: 'file', id: 'file', accept: '.csv', 'aria-describedby': 'file-hint' });
  const progress = el('div', { hidden: true });
  const drop = el('div', { class: 'govuk-form-group portal-drop' },
    el('label', { class: 'govuk-label govuk-label--s', for: 'file' }, 'CSV file'),
    el('div', { class: 'govuk-hint', id: 'file-hint' }, 'Choose it, or drag it here. Nothing is applied until you have seen what it would change.'),
    file, progress);
  letDrop(drop, file);
  const chosen = select.querySelector('select');
  // What was sent under one name is one request, however often it is made; about another feed it is another.
  let sent = null;
  chosen.addEventListener('change', () => { sent = null; });
  file.addEventListener('change', () => {
    sent = null;
    const said = TIMED.exec(file.files[0]?.name ?? '')?.[1]?.toLowerCase();
    if (said && !chosen.value && feeds.includes(said)) chosen.value = said;
  });
  const form = el('form', { method: 'post', novalidate: true, 'aria-label': 'Send a council file' },
    el('h2', { class: 'govuk-heading-m' }, 'Send a file'), select, drop,
    el('button', { type: 'submit', class: 'govuk-button' }, 'See what it would change'));
  onSubmit(form, async () => {
    const errors = [];
    if (!chosen.value) errors.push({ field: 'feed', message: 'Choose what the file is about' });
    const wrong = objection(file.files[0], RULES);
    if (wrong) errors.push({ field: 'file', message: wrong });
    if (errors.length) throw new Problem({ status: 422, code: 'invalid', title: 'Check the form', errors });
    const [ours] = file.files;
    sent ??= await uploaded(ours, progress);
    await post(API, { upload_id: sent, feed: chosen.value, file_name: ours.name });
    go(withQuery('/council/imports/file/', { upload: sent }));
  }, { controlFor: (field) => (field === 'feed' ? chosen : file) });
  return form;
}

async function uploaded(file, progress) {
  const { upload_id: id, ...where } = await post(`${API}/uploads`, { file_name: file.name, size_bytes: file.size });
  try {
    await send(file, where, progress);
  } catch (problem) {
    if (problem.name !== 'Problem' || problem.code === 'stopped') throw problem;
    throw fileProblem(problem.says);
  }
  return id;
}

// With a file that has no rows those that wait are tried again: they were, when it was read.
async function done({ feed, time }) {
  for (const wait of ASK_AGAIN_MILLISECONDS) {
    try {
      if ((await get(`${API}/files/${feed}/${time}`)).state !== 'running') return;
    } catch (problem) {
      if (problem.code !== 'not-found') throw problem;
    }
    await new Promise((resolve) => { setTimeout(resolve, wait); });
  }
}
