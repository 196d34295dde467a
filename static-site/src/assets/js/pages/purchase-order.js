// One purchase order: as a document to read, print and keep, with its earlier revisions.
import { get, withQuery } from '../api.js';
import { el, fill, find, tag } from '../dom.js';
import { fileLink } from '../file-link.js';
import { earlierNote, orderDifferences, orderDocument, orderRevisions, yearText } from '../order-view.js';
import { start } from '../page.js';
import { setTitle } from '../title.js';

start(async () => {
  const query = new URLSearchParams(location.search);
  const [year, client, revision] = ['year', 'client', 'revision'].map((name) => query.get(name));
  const api = `/api/purchase-orders/${encodeURIComponent(year ?? '')}/${encodeURIComponent(client ?? '')}`;
  const page = (number) => withQuery('/purchase-orders/order/', { year, client, revision: number });
  const view = await get(withQuery(api, { revision }));
  const title = `Purchase order ${view.order_ref}`;
  find('[data-heading]').textContent = title;
  setTitle(title);
  find('[data-back]').href = withQuery('/purchase-orders/', { financial_year: view.financial_year });
  fill(find('[data-tags]'), [tag(yearText(view.financial_year), 'blue'), tag(view.latest ? 'In force' : 'Earlier revision', view.latest ? 'green' : 'grey')]);
  fill(find('[data-region]'), [
    earlierNote(view, page(null)),
    el('ul', { class: 'portal-links' }, [
      el('li', {}, fileLink(withQuery(`${api}/purchase-order.pdf`, { revision: view.latest ? null : view.revision }), 'Download as PDF')),
      el('li', {}, el('button', { type: 'button', class: 'portal-link-button', on: { click: () => print() } }, 'Print')),
    ]),
    orderDocument(view),
    orderDifferences(view),
    orderRevisions(view, (number) => page(number === view.revisions[0]?.revision ? null : number)),
  ]);
});
