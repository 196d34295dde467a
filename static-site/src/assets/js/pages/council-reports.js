// Which reports over all providers there are.
import { get } from '../api.js';
import { fill, find } from '../dom.js';
import { start } from '../page.js';
import { offered } from '../report-view.js';

start(async () => {
  const { reports } = await get('/api/council/reports');
  fill(find('[data-region]'), offered(reports, '/council/reports/report/'));
});
