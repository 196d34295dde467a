// A report that is made in the background: how far it is, and the file when it is there.
import { get } from '../api.js';
import { announce, fill, find, insetText, paragraph, summaryList } from '../dom.js';
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
    running && paragraph('You can leave this page: we email you a link when the report is ready.'),
  );
  region.setAttribute('aria-busy', String(running));
  announce(WORDS[job.state]);
  if (running) setTimeout(async () => show(path, await get(path).catch(() => job)), LOOK_AGAIN_MILLISECONDS);
}
