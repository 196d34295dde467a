// How the council's portal looks: the colour of its header and its logo.

import { show } from './dom.js';

const COLOUR = /^#[0-9a-f]{6}$/;
const LOGO = /^\/api\/logo\/[0-9a-f]{64}\.(png|jpg)$/;

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

/** Shows the colour and the logo, which says the council's name instead of the text beside it. */
export function showAppearance({ colour, logo } = {}, councilName = '') {
  if (COLOUR.test(colour ?? '')) {
    // A style sheet that the page makes is the page's own, as the content security policy sees it.
    sheet.replaceSync(`:root { --portal-brand: ${colour}; }`);
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', colour);
  }
  const picture = document.querySelector('[data-logo]');
  const name = document.querySelector('[data-brand] [data-council-name]');
  if (!picture || !name) return;
  const withLogo = LOGO.test(logo ?? '');
  // Until it is there, and if it does not come, the name is.
  const swap = (there) => {
    show(picture, there);
    show(name, !there);
  };
  if (!withLogo) {
    swap(false);
    picture.removeAttribute('src');
    return;
  }
  picture.alt = councilName;
  picture.onload = () => swap(true);
  picture.onerror = () => swap(false);
  if (picture.getAttribute('src') !== logo) picture.src = logo;
}
