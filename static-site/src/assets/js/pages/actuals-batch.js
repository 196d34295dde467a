// What becomes of an uploaded file: checked, shown before anything is recorded, then applied or abandoned.
import { get, post, withQuery } from '../api.js';
import { announce, button, el, fill, find, insetText, link, paragraph, summaryList, tag, told, warningText } from '../dom.js';
import { clearErrors, remedies, showProblem, whileBusy } from '../forms.js';
import { count, instant, money, quantity } from '../format.js';
import { orShowFailure, start } from '../page.js';
import { table } from '../table.js';
import { setTitle } from '../title.js';
import { batch as batchWord } from '../words.js';

const query = new URLSearchParams(location.search);
const id = query.get('batch') ?? '';
// The period that the file was uploaded for, if the person came from one.
const from = query.get('contract') && query.get('period') ? withQuery('/actuals/period/', { contract: query.get('contract'), period: query.get('period') }) : null;
const api = `/api/actuals/uploads/${encodeURIComponent(id)}`;
const UNDER_WAY = ['received', 'checking', 'applying'];
const POLL_MILLISECONDS = 1_000;
const POLL_MILLISECONDS_MAX = 10_000;
const LONG_MILLISECONDS = 120_000;
const COLUMNS = [{ label: 'Cell', className: 'portal-table__nowrap' }, { label: 'What to do' }, { label: 'What was in it' }];

let session = null;
let shown = null;

start(async (who) => {
  session = who;
  show(await get(api));
  await follow();
});

/** Asks again, ever less often, as long as something is under way. What was lost on the way is asked again too. */
async function follow() {
  const begun = Date.now();
  for (let wait = POLL_MILLISECONDS; UNDER_WAY.includes(shown.state); wait = Math.min(wait * 1.5, POLL_MILLISECONDS_MAX)) {
    await new Promise((resolve) => { setTimeout(resolve, wait); });
    try {
      show(await get(api), Date.now() - begun > LONG_MILLISECONDS);
    } catch (problem) {
      if (problem.name !== 'Problem' || !problem.mayBeTriedAgain) throw problem;
    }
  }
}

function show(view, long = false) {
  const before = shown?.state;
  shown = view;
  const name = view.file_name || view.batch_id;
  find('[data-heading]').textContent = name;
  setTitle(`Upload of ${name}`);
  const { word, colour } = batchWord(view.state);
  fill(find('[data-tags]'), tag(word, colour));
  if (before && before !== view.state) announce(word);
  // Whoever reads the progress is not thrown off it by every answer.
  const progress = document.querySelector('[data-under-way]');
  if (before === view.state && progress) {
    progress.textContent = progressText(view, long);
    return;
  }
  fill(find('[data-region]'), UNDER_WAY.includes(view.state) ? underWay(view, long) : outcome(view));
}

function underWay(view, long) {
  return [
    el('div', { class: 'portal-progress' },
      el('progress', { 'aria-label': batchWord(view.state).word }),
      el('p', { class: 'govuk-body', dataset: { underWay: '' } }, progressText(view, long))),
    paragraph('You can leave this page and come back: the file is under ', link('/actuals/upload/', 'Upload a file'), '.'),
    // An upload that was stopped half-way never arrives, and nothing else ends it.
    view.state !== 'applying' && session.permissions?.includes('enter_actuals') ? abandon() : null,
  ];
}

function progressText({ state, rows_read: rows, counts }, long) {
  const wait = long ? ' This takes longer than usual. You need not wait here.' : '';
  if (state === 'received') return `Waiting for the file to arrive and be checked. If its upload was stopped, abandon it and upload it again.${wait}`;
  if (state === 'applying') return `Recording ${good(counts) ? count(good(counts), 'row') : 'the rows'}…${wait}`;
  return `${rows ? `${count(rows, 'row')} read and checked so far…` : 'Checking the file…'}${wait}`;
}

const good = (counts) => (counts ? counts.new + counts.changed : 0);

function outcome(view) {
  return [
    uploaded(view),
    view.refusal ? refused(view) : [said(view), figures(view), decide(view), files(view), findings(view)],
  ];
}

const uploaded = ({ at, by, applied_at: applied }) => summaryList([
  ['Uploaded', `${instant(at)}${by ? ` by ${by}` : ''}`],
  ['Applied', applied && instant(applied)],
], 'portal-facts');

function refused({ refusal: { code, message } }) {
  return [
    warningText(`${code.startsWith('F') ? `${code}: ` : ''}${message}`),
    paragraph('Nothing of this file was recorded.'),
    paragraph(link('/actuals/upload/', code === 'F01' ? 'Upload another file' : 'Upload the file again when it is put right')),
    code === 'F02' || code === 'F03' ? paragraph('The template of each period is under ', link('/actuals/', 'Actuals'), '.') : null,
  ];
}

// In a sentence: what it would do, or did.
function said(view) {
  const { counts } = view;
  if (!counts) return null;
  const rows = good(counts);
  if (view.state === 'validated') {
    if (view.why_not) return insetText(paragraph(view.why_not));
    if (!rows) return insetText(paragraph(counts.rejected ? 'No row of this file can be applied: what is not recorded already must be mended first.' : 'Everything in this file is already recorded. There is nothing to apply.'));
    return paragraph(`Nothing is recorded yet. Applying would record ${count(rows, 'week')} and ${addsText(view.adds)}.`);
  }
  if (['applied', 'partly_applied'].includes(view.state)) {
    return [
      paragraph(`${count(rows, 'week')} recorded, which ${addedText(view.adds)}. ${counts.rejected ? `${count(counts.rejected, 'row was', 'rows were')} left out: mend them and upload the file again. What is recorded already stays as it is.` : 'Every row is recorded.'}`),
      next(),
    ];
  }
  return view.state === 'abandoned' ? paragraph('You abandoned this file. Nothing of it was recorded.') : null;
}

const negative = (amount) => /^-/.test(amount ?? '');
const addsText = (adds) => (negative(adds) ? `take away ${money(adds.slice(1))} from what is owed` : `add ${money(adds)} to what is owed`);
const addedText = (adds) => (negative(adds) ? `takes away ${money(adds.slice(1))} from what is owed` : `adds ${money(adds)} to what is owed`);

const next = () => paragraph(link(from ?? '/actuals/', from ? 'Go to the period' : 'Go to the periods'));

function figures({ counts, adds }) {
  if (!counts) return null;
  const number = (value) => value.toLocaleString('en-GB');
  const entries = [
    ['Rows read', number(counts.read)],
    ['New', number(counts.new)],
    ['Changed', number(counts.changed)],
    ['Unchanged', number(counts.unchanged)],
    ['Rejected', number(counts.rejected)],
    ['With a warning', number(counts.warned)],
    counts.late ? ['Late', number(counts.late)] : null,
    ['Adds', money(adds)],
  ].filter(Boolean);
  return el('dl', { class: 'portal-figures' }, entries.map(([term, value]) => el('div', {}, el('dt', {}, term), el('dd', {}, value))));
}

function decide(view) {
  if (view.state !== 'validated' || !session.permissions?.includes('enter_actuals')) return null;
  const rows = good(view.counts);
  const apply = `Apply ${view.counts.rejected ? `${quantity(rows.toLocaleString('en-GB'))} good ${rows === 1 ? 'row' : 'rows'}` : count(rows, 'row')}`;
  return [
    view.counts.late ? paragraph(`${count(view.counts.late, 'row is', 'rows are')} about periods whose deadline has passed: they are paid in the next window.`) : null,
    el('div', { class: 'govuk-button-group' }, [
      view.can_apply && rows ? button(apply, (event) => act(event, 'application', null), { kind: null }) : null,
      abandon(),
    ]),
  ];
}

const abandon = () => button('Abandon this file', (event) => act(event, 'abandonment', 'You have abandoned this file. Nothing of it was recorded.'));

function act({ currentTarget }, kind, done) {
  return whileBusy(currentTarget, async () => {
    try {
      const view = await post(`${api}/${kind}`);
      clearErrors();
      show(view);
      if (done) return told(done);
      find('[data-heading]').tabIndex = -1;
      find('[data-heading]').focus();
      await orShowFailure(follow);
      if (['applied', 'partly_applied'].includes(shown.state)) told(`${count(good(shown.counts), 'week')} recorded.`);
    } catch (problem) {
      if (problem.name !== 'Problem') throw problem;
      showProblem(problem, { actions: remedies(problem) });
    }
    return undefined;
  });
}

function files({ has_errors_file: errors, counts }) {
  const links = [
    errors ? el('a', { class: 'govuk-link', href: `${api}/errors.xlsx`, download: true }, `Download the ${counts ? count(counts.rejected, 'rejected row') : 'rejected rows'} with what to do (XLSX)`) : null,
    link('/actuals/', 'Templates'),
    link('/actuals/upload/', 'Upload another file'),
  ].filter(Boolean);
  return [
    el('ul', { class: 'portal-links' }, links.map((each) => el('li', {}, each))),
    errors ? paragraph('The workbook has the rejected rows as you sent them, with the message beside each. Mend them there and upload that workbook.') : null,
  ];
}

function findings({ findings: all = [], findings_total: total = 0 }) {
  const wrong = all.filter(({ code }) => !code.startsWith('W'));
  const warnings = all.filter(({ code }) => code.startsWith('W'));
  return [
    wrong.length ? findingTable('What keeps rows out', wrong) : null,
    warnings.length ? findingTable('Warnings: these rows are good, but look at them', warnings) : null,
    total > all.length ? paragraph(`The first ${all.length.toLocaleString('en-GB')} of ${total.toLocaleString('en-GB')} are shown. The workbook has all that keep rows out.`) : null,
  ];
}

function findingTable(caption, all) {
  return table({
    caption,
    columns: COLUMNS,
    rows: all.map(({ cell, row, column, code, message, value }) => ({
      cells: [
        cell || `Row ${row}`,
        [message, el('span', { class: 'portal-table__sub' }, [code, column].filter(Boolean).join(' · '))],
        value ? el('span', { class: 'portal-said' }, value) : el('span', { class: 'portal-table__sub' }, 'Nothing'),
      ],
    })),
  });
}
