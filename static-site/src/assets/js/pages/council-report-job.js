// A report that is made in the background: how far it is, and the file when it is there.
import { get } from '../api.js';
import { announce, el, fill, find, insetText, paragraph, summaryList } from '../dom.js';
import { fileLink } from '../file-link.js';
import { count, instant } from '../format.js';
import { start } from '../page.js';
import { setTitle } from '../title.js';

const LOOK_AGAIN_MILLISECONDS = 3_000;
const WORDS = { waiting: 'Waiting to be made', working: 'Being made', done: 'Ready', refused: 'It cannot be made' };

start(async () => {
  const job = new URLSearchParams(location.search).get('job') ?? '';
  const path = `/api/council/report-jobs/${encodeURIComponent(job)}`;
  show(path, await get(path));
});

function show(path, job) {
  setTitle(`${job.title}: ${WORDS[job.state].toLowerCase()}`);
  find('[data-heading]').textContent = job.title;
  const region = find('[data-region]');
  const running = job.state === 'waiting' || job.state === 'working';
  fill(region,
    summaryList([
      ['State', WORDS[job.state]],
      ['Asked for', instant(job.asked_at)],
      ['File', job.format === 'xlsx' ? 'Excel' : 'CSV'],
      ['Rows', job.rows === null ? null : count(job.rows, 'row')],
    ]),
    job.state === 'done' && paragraph(fileLink(`${path}/file`, 'Download the report')),
    job.state === 'refused' && insetText(job.why),
    running && progress(job),
    running && paragraph('You can leave this page: we email you a link when the report is ready.'),
  );
  region.setAttribute('aria-busy', String(running));
  say(job);
  if (running) setTimeout(async () => show(path, await get(path).catch(() => job)), LOOK_AGAIN_MILLISECONDS);
}

// A bar, and the same in words. While nobody has counted it only says that something is being done.
function progress({ state, percent, parts }) {
  if (state === 'waiting') return null;
  const known = percent !== null && percent !== undefined;
  const words = known ? `${percent}% made${parts ? `: ${parts.done.toLocaleString('en-GB')} of ${count(parts.of, 'part')} read` : ''}` : 'Being made';
  return el('div', { class: 'portal-progress' }, [
    el('label', { class: 'govuk-body', for: 'progress' }, words),
    el('progress', { id: 'progress', max: 100, value: known ? percent : null }),
  ]);
}

// A reader of screens is told when the state changes and at each quarter, not every few seconds.
let said = '';
function say({ state, percent }) {
  const quarter = Math.floor((percent ?? 0) / 25) * 25;
  const text = state === 'working' && quarter ? `${WORDS[state]}: ${quarter}%` : WORDS[state];
  if (text !== said) announce(text);
  said = text;
}
