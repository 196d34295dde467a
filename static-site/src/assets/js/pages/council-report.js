// One report over all providers, with its filters in the address. A large one can be made in the background.
import { post, withQuery } from '../api.js';
import { button, find, show } from '../dom.js';
import { orSay, requestId } from '../forms.js';
import { start } from '../page.js';
import { showReport } from '../report-view.js';

start(() => {
  const query = new URLSearchParams(location.search);
  const asked = Object.fromEntries([...query].filter(([name]) => name !== 'report' && name !== 'page'));
  const region = find('[data-background]');
  // The same name however often it is pressed: one report is made.
  const names = { csv: requestId(), xlsx: requestId() };
  const ask = (format) => ({ currentTarget }) => orSay(currentTarget, async () => {
    const job = await post('/api/council/report-jobs', { request_id: names[format], report: query.get('report'), format, asked });
    location.assign(withQuery('/council/reports/job/', { job: job.job_id }));
  });
  region.append(button('Make CSV and email me', ask('csv')), ' ', button('Make Excel and email me', ask('xlsx')));
  show(region, true);
  return showReport('/api/council/reports');
});
