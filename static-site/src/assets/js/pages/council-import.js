// One of the council's files: what became of its rows; or, of one sent from the page, what it would change, then applied.
import { get, post } from '../api.js';
import { askAgain } from '../ask.js';
import { announce, button, el, fill, find, insetText, link, paragraph, summaryList, told } from '../dom.js';
import { orSay } from '../forms.js';
import { shortInstant } from '../format.js';
import { countsLine, feedName, filePath, fileTag, logTable, poundsTable, waitingTable } from '../import-view.js';
import { start } from '../page.js';
import { setTitle } from '../title.js';

const API = '/api/council/imports';
const ASK_AGAIN_MILLISECONDS = [500, 1000, 2000, 4000];
const query = new URLSearchParams(location.search);

start(async () => {
  const region = find('[data-region]');
  const upload = query.get('upload');
  if (upload) return showSent(region, `${API}/uploads/${encodeURIComponent(upload)}`);
  const address = `${API}/files/${encodeURIComponent(query.get('feed') ?? '')}/${encodeURIComponent(query.get('time') ?? '')}`;
  return showFile(region, address);
});

function named(name) {
  find('[data-heading]').textContent = name;
  setTitle(name);
}

async function showFile(region, address) {
  const file = await get(address);
  named(file.file);
  fill(region, [
    summaryList([
      ['Feed', feedName(file.feed)],
      ['State', fileTag(file.state)],
      ['From', file.sent_by ? `This page, by ${file.sent_by}` : 'Dropped in the inbox'],
      ['Began', shortInstant(file.started_at)],
      ['Finished', file.finished_at ? shortInstant(file.finished_at) : 'Not yet'],
      ['Rows', countsLine(file.counts)],
    ]),
    file.refused ? refusedText(file.refused) : logTable(file, `${address}/log.csv`, { none: file.state === 'done' ? 'Every row was applied.' : 'The log is written when all rows are read.' }),
    ignored(file.columns_ignored),
    file.waiting.length ? waitingTable(file.waiting, { files: false }) : null,
    file.late_log.length ? logTable({ log: file.late_log }, `${address}/retry-log.csv`, { caption: 'Rows that had waited and could not be applied' }) : null,
  ]);
}

const refusedText = ({ code, message }) => insetText(paragraph(el('strong', {}, `Nothing of this file was applied (${code}).`), ` ${message}`));

const ignored = (columns) => (columns?.length ? paragraph(`Columns that say nothing to the portal: ${columns.join(', ')}.`) : null);

// A dry run and its application each take a moment: the page asks until they are answered.
async function showSent(region, address) {
  const file = await get(address);
  drawSent(region, address, file);
  region.removeAttribute('aria-busy');
  await follow(region, address, file);
}

const running = ({ dry_run: run, applied }) => run.state === 'running' || applied?.state === 'running';

/** Asks again, ever less often, as long as something is under way; draws what is new, so that nobody is thrown off. */
async function follow(region, address, shown) {
  for (let turn = 0; running(shown); turn += 1) {
    await new Promise((resolve) => { setTimeout(resolve, ASK_AGAIN_MILLISECONDS[Math.min(turn, ASK_AGAIN_MILLISECONDS.length - 1)]); });
    const file = await get(address);
    if (JSON.stringify(file) !== JSON.stringify(shown)) {
      drawSent(region, address, file);
      announce(running(file) ? 'The file is being read.' : 'The file was read.');
    }
    shown = file;
  }
}

function drawSent(region, address, file) {
  named(file.file_name);
  const { dry_run: run, applied } = file;
  fill(region, [
    summaryList([
      ['Feed', feedName(file.feed)],
      ['Dry run', [fileTag(run.state), ` ${shortInstant(run.finished_at ?? run.at)}, by ${run.by}`]],
      ['It would do', run.state === 'running' ? 'Being worked out…' : countsLine(run.counts)],
      ...(applied ? [['Applied', [fileTag(applied.state), ` ${shortInstant(applied.at)}, by ${applied.by}`]], ['It did', applied.state === 'running' ? 'Going on…' : countsLine(applied.counts)]] : []),
    ]),
    applied && applied.state !== 'running' ? paragraph(link(filePath(applied), `See what became of ${applied.file}`)) : null,
    run.state === 'refused' ? refusedText(run.refused) : null,
    run.state === 'done' ? [
      el('h2', { class: 'govuk-heading-m' }, applied ? 'What the dry run said' : 'What it would change'),
      file.pounds ? poundsTable(file.pounds) : null,
      logTable(run, `${address}/log.csv`, { caption: 'Rows that would not be applied', none: 'Every row would be applied.' }),
      ignored(run.columns_ignored),
    ] : null,
    file.may_apply ? applying(region, address, file) : null,
  ]);
}

function applying(region, address, file) {
  const first = el('div', {}, button('Apply this file', () => askAgain({
    first, step, title: 'Apply this file?',
    content: paragraph(`${countsLine(file.dry_run.counts)}. Statements that are finalised stay as they are; differences become adjustments.`),
    yes: { text: 'Apply file' },
  }, () => orSay(step, async () => {
    const after = await post(`${address}/application`);
    drawSent(region, address, after);
    told('The file is being applied.');
    await follow(region, address, after);
  })), { kind: null }));
  const step = el('div');
  return [first, step];
}
