// The organisation as the council has it: to read, because it is changed elsewhere.
import { get } from '../api.js';
import { el, fill, find, summaryList } from '../dom.js';
import { start } from '../page.js';
import { providerKind } from '../words.js';

start(async () => {
  const view = await get('/api/organisation');
  const lines = (text) => text && el('span', { class: 'portal-said' }, text);
  fill(find('[data-region]'), summaryList([
    ['Name', view.name],
    ['Kind', providerKind(view.kind)],
    ['Belongs to', view.parent_name],
    ['Address', lines(view.address) || 'Not known to the council'],
    ['Telephone', view.phone || 'Not known to the council'],
    ['Email', view.email ? el('span', { class: 'portal-long' }, view.email) : 'Not known to the council'],
    ['VAT registration number', view.vat_number || 'None'],
  ]));
});
