// The council's home: what waits in each queue that the person may see, and what else they can do.
import { get } from '../api.js';
import { el, fill, find, link, paragraph, tag } from '../dom.js';
import { instant } from '../format.js';
import { iconOf } from '../icons.js';
import { titled } from '../labels.js';
import { staffMay, start } from '../page.js';
import { lamp } from '../words.js';

const MORE = [
  { url: '/council/actions/new/', text: 'Start an action with a provider', permission: 'answer_actions' },
  { url: '/council/documents/publish/', text: 'Publish a contract document', permission: 'publish_documents' },
  { url: '/council/contacts/', text: 'See the contacts of a provider', permission: 'see_change_requests' },
  { url: '/council/purchase-orders/', text: 'See the purchase orders of a provider', permission: 'see_purchase_orders' },
  { url: '/council/remittance-notes/', text: 'Write at the foot of remittance advice', permission: 'direct_payments' },
  { url: '/council/settings/', text: 'See and change the settings', permission: 'see_settings' },
  { url: '/council/audit/', text: 'See who saw and who changed what', permission: 'see_audit' },
];

start(async (session) => {
  const { queues = [] } = await get('/api/council/home');
  const others = MORE.filter(({ permission }) => staffMay(session, permission));
  fill(find('[data-region]'), [
    queues.length ? queues.map(queue) : paragraph('Your roles have no work queue in the portal.'),
    others.length ? more(others) : null,
  ]);
});

function queue({ queue: name, title, line, url, count: waiting = 0, overdue = 0, oldest_at: oldest, attention, parts = [] }) {
  const { word, colour } = lamp(attention);
  const facts = [
    `${waiting.toLocaleString('en-GB')} waiting`,
    `${overdue.toLocaleString('en-GB')} overdue`,
    oldest ? `the oldest since ${instant(oldest)}` : null,
  ].filter(Boolean);
  return el('section', { class: 'portal-area', 'aria-labelledby': `queue-${name}` }, [
    el('img', { class: 'portal-area__icon', src: iconOf(name), alt: '', width: 48, height: 48 }),
    el('div', {}, [
      el('h2', { class: 'govuk-heading-m portal-area__title', id: `queue-${name}` }, link(url, titled(title))),
      line && el('p', { class: 'govuk-body portal-area__line' }, line),
      tag(word, colour),
      waiting ? el('p', { class: 'portal-area__facts' }, facts.join(' · ')) : null,
      parts.length ? el('ul', { class: 'govuk-list portal-area__parts' }, parts.map((part) => el('li', {}, link(part.url, part.title), ` (${part.count.toLocaleString('en-GB')})`))) : null,
    ]),
  ]);
}

function more(others) {
  return el('section', { class: 'portal-apart', 'aria-labelledby': 'more-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'more-heading' }, 'More you can do'),
    el('ul', { class: 'govuk-list govuk-list--spaced' }, others.map(({ url, text }) => el('li', {}, link(url, text)))),
  ]);
}
