// Everything that there is about one provider, as far as whoever asks may read it; and the way to one, or to a client.
import { get } from '../api.js';
import { fill, find, link, paragraph, show, summaryList } from '../dom.js';
import { part } from '../gathered.js';
import { staffMay, start } from '../page.js';
import { providerChoice } from '../provider-search.js';
import { setTitle } from '../title.js';
import { providerKind } from '../words.js';

const PATH = '/council/provider/';
const ref = new URLSearchParams(location.search).get('provider');

start(async (session) => {
  const region = find('[data-region]');
  if (!ref) {
    show(find('[data-client-search]'), true);
    return fill(region, await providerChoice(PATH, { what: 'Then you see everything about it that you may read.' }));
  }
  const { provider, sections } = await get(`/api/council/provider/${encodeURIComponent(ref)}`);
  find('[data-heading]').textContent = provider.name;
  setTitle(provider.name);
  return fill(region, [
    summaryList([
      ['Reference', provider.provider_ref],
      ['Kind', providerKind(provider.kind)],
      ['Part of', provider.parent_ref ? link(`${PATH}?provider=${encodeURIComponent(provider.parent_ref)}`, provider.parent_ref) : null],
      ['Address', provider.address],
      ['Phone', provider.phone],
      ['Email', provider.email],
      ['VAT number', provider.vat_number],
    ]),
    sections.map(part),
    staffMay(session, 'see_users') ? paragraph(link(`/council/api-keys/?provider=${encodeURIComponent(ref)}`, 'API keys of its software')) : null,
    paragraph(link(PATH, 'Choose another provider')),
  ]);
});
