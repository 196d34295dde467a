// One purchase order as the council sees it: the same document as the provider's.
import { get, withQuery } from '../api.js';
import { el, fill, find, tag } from '../dom.js';
import { fileLink } from '../file-link.js';
import { earlierNote, orderDifferences, orderDocument, orderRevisions, yearText } from '../order-view.js';
import { start } from '../page.js';
import { setTitle } from '../title.js';

start(async () => {
  const [provider, year, client, revision] = ['provider', 'year', 'client', 'revision'].map((name) => new URLSearchParams(location.search).get(name));
  const api = `/api/council/purchase-orders/${[provider, year, client].map((part) => encodeURIComponent(part ?? '')).join('/')}`;
  const page = (number) => withQuery('/council/purchase-orders/order/', { provider, year, client, revision: number });
  const view = await get(withQuery(api, { revision }));
  const title = `Purchase order ${view.order_ref}`;
  find('[data-heading]').textContent = title;
  setTitle(title);
  find('[data-back]').href = withQuery('/council/purchase-orders/', { provider, financial_year: view.financial_year });
  fill(find('[data-tags]'), [tag(yearText(view.financial_year), 'blue'), tag(view.latest ? 'In force' : 'Earlier revision', view.latest ? 'green' : 'grey')]);
  fill(find('[data-region]'), [
    earlierNote(view, page(null)),
    el('ul', { class: 'portal-links portal-no-print' }, [
      el('li', {}, fileLink(withQuery(`${api}/purchase-order.pdf`, { revision: view.latest ? null : view.revision }), 'Download as PDF')),
      el('li', {}, el('button', { type: 'button', class: 'portal-link-button', on: { click: () => print() } }, 'Print')),
    ]),
    orderDocument(view),
    orderDifferences(view),
    orderRevisions(view, (number) => page(number === view.revisions[0]?.revision ? null : number)),
  ]);
});
