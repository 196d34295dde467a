// What the council announces, above every page. Whoever has read one puts it aside until they sign in again.

import { announce, button, el, fill, show } from './dom.js';

const ASIDE_KEY = 'portal.announcements-aside';

/** Shows what is not put aside, the newest first. */
export function showAnnouncements(all = []) {
  const region = document.querySelector('[data-announcements]');
  if (!region) return;
  const left = all.filter(({ announcement_id: id }) => !aside().includes(id));
  fill(region, left.map((each, index) => banner(each, index, () => {
    putAside(each.announcement_id);
    showAnnouncements(all);
    announce('Announcement hidden');
    (region.querySelector('button') ?? document.querySelector('h1'))?.focus();
  })));
  show(region, left.length > 0);
}

function banner({ text }, index, hide) {
  const paragraphs = String(text).split(/\n+/).map((line) => line.trim()).filter(Boolean);
  const number = index ? ` ${index + 1}` : '';
  return el('section', { class: 'portal-announcement', 'aria-label': `Announcement${number}` },
    el('div', { class: 'govuk-width-container portal-announcement__row' },
      el('div', { class: 'portal-announcement__text' }, paragraphs.map((line) => el('p', { class: 'govuk-body' }, line))),
      button('Hide', hide, { hidden: `announcement${number}`, attributes: { 'data-hide': true } })));
}

function aside() {
  try {
    return JSON.parse(sessionStorage.getItem(ASIDE_KEY) ?? '[]');
  } catch {
    return [];
  }
}

const putAside = (id) => sessionStorage.setItem(ASIDE_KEY, JSON.stringify([...aside(), id]));
