// Everything that there is about one client, as far as whoever asks may read it.
import { get } from '../api.js';
import { fill, find, link, paragraph, summaryList } from '../dom.js';
import { date } from '../format.js';
import { part } from '../gathered.js';
import { start } from '../page.js';
import { setTitle } from '../title.js';

const ref = new URLSearchParams(location.search).get('client')?.trim() ?? '';

start(async () => {
  const region = find('[data-region]');
  if (!ref) return fill(region, paragraph('Say whom you look for on the page ', link('/council/provider/', 'Providers and clients'), '.'));
  const view = await get(`/api/council/client/${encodeURIComponent(ref)}`);
  find('[data-heading]').textContent = view.name;
  // The title stays in the browser's history: it names nobody.
  setTitle(`Client ${view.ss_ref}`);
  return fill(region, [
    summaryList([
      ['SSRef', view.ss_ref],
      ['Died', view.date_of_death ? date(view.date_of_death) : null],
      ['Cared for by', view.providers.length ? view.providers.map(({ provider_ref: provider, name }, index) => [index ? ', ' : '', link(`/council/provider/?provider=${encodeURIComponent(provider)}`, name)]) : 'Nobody'],
    ]),
    view.sections.map(part),
  ]);
});
