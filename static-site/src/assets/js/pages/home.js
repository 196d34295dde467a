// Home: an area a row, with what waits in it.
import { get, withQuery } from '../api.js';
import { el, fill, find, link, paragraph, tag } from '../dom.js';
import { dates, instant, money } from '../format.js';
import { iconOf } from '../icons.js';
import { titled } from '../labels.js';
import { start } from '../page.js';
import { lamp as lampOf, response } from '../words.js';

// The lamp of the actions says how they stand (S3), whoever they wait for; where nothing ever waits there is no lamp.
const LAMPS_OF = {
  actions: { none: 'None open', soon: 'Open', now: 'Overdue' },
  purchase_orders: null,
  contacts: null,
};

start(async (session) => {
  find('[data-heading]').textContent = session.provider?.name ?? 'Home';
  const { areas } = await get('/api/home');
  fill(
    find('[data-region]'),
    areas?.length ? areas.map(area) : paragraph('There is nothing to see for this provider yet.'),
  );
});

function area({ area: name, title, line, url, attention = 'none', items }) {
  const lamp = lampOf(attention);
  const word = name in LAMPS_OF ? LAMPS_OF[name]?.[attention] : lamp.word;
  return el(
    'section',
    { class: 'portal-area', 'aria-labelledby': `area-${name}` },
    el('img', { class: 'portal-area__icon', src: iconOf(name), alt: '', width: 48, height: 48 }),
    el(
      'div',
      {},
      el('h2', { class: 'govuk-heading-m portal-area__title', id: `area-${name}` }, link(url, titled(title))),
      line && el('p', { class: 'govuk-body portal-area__line' }, line),
      word ? tag(word, lamp.colour) : null,
      items?.length ? el('ul', { class: 'portal-waiting' }, items.map(waiting)) : null,
    ),
  );
}

function waiting(item) {
  if (item.url) return waitingElsewhere(item);
  const href = withQuery('/scheduled-payments/statement/', { contract: item.contract_ref, period: item.period_start });
  const open = item.response === 'unconfirmed';
  return el(
    'li',
    { class: open ? 'portal-waiting--open' : '' },
    link(href, `${item.contract_name ?? item.contract_ref}, ${dates(item.period_start, item.period_end)}`),
    el(
      'p',
      { class: 'portal-waiting__detail' },
      [
        `${money(item.payable)} payable`,
        item.response && response(item.response).word,
        item.confirm_by && `${open ? 'respond by' : 'locks'} ${instant(item.confirm_by)}`,
      ].filter(Boolean).join(' · '),
    ),
  );
}

// Whatever says itself where it is: a period of actuals, an invoice.
function waitingElsewhere({ url, title, contract_name: name, contract_ref: ref, period_start: from, period_end: to, line }) {
  return el(
    'li',
    { class: 'portal-waiting--open' },
    link(url, title ?? `${name ?? ref}, ${dates(from, to)}`),
    line && el('p', { class: 'portal-waiting__detail' }, line),
  );
}
