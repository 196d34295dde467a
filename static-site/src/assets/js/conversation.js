// The conversation of an action: oldest first, the latest at the bottom, each side in its colour and named in words.

import { attachmentList } from './attachments.js';
import { el, tag } from './dom.js';
import { count, instant } from './format.js';
import { actionState, side as sideOf } from './words.js';

/** The posts. `href(attachment_id)` is where an attachment is; `provider_name` says who the provider is. */
export function conversation({ posts = [], provider_name: provider }, href) {
  return el('section', { class: 'portal-conversation', 'aria-labelledby': 'conversation-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'conversation-heading' }, `Conversation (${count(posts.length, 'post')})`),
    posts.length > 3 && el('p', { class: 'govuk-body portal-no-print' }, el('a', { class: 'govuk-link', href: '#latest' }, 'Go to the latest post')),
    el('ol', { class: 'portal-posts' }, posts.map((post, index) => one(post, provider, href, index === posts.length - 1))),
  ]);
}

function one({ post, at, by, side, text, attachments, change }, provider, href, latest) {
  const { word, colour } = sideOf(side);
  return el('li', { class: `portal-post portal-post--${side}`, id: latest ? 'latest' : `post-${post}`, tabindex: latest ? '-1' : null }, [
    el('div', { class: 'portal-post__head' }, [
      tag(word, colour),
      el('span', { class: 'portal-post__by' }, by || (side === 'provider' ? provider : 'The council')),
      el('time', { class: 'portal-post__at', datetime: at }, instant(at)),
    ]),
    text && el('div', { class: 'portal-post__text' }, text),
    attachmentList(attachments, href),
    change && el('p', { class: 'portal-post__change' }, change),
  ]);
}

/** Its state: who has to do something, or that nobody has. `mine` is the side that looks at it. */
export function actionTag(action, mine = 'provider') {
  const { word, colour } = actionState(action, mine);
  return tag(word, colour);
}
