// What an authenticator app needs to know, as a square to scan and a key to type.
import { find, show } from './dom.js';

/** Shows a new key: `{ secret, qr_svg }` as the API gives it. */
export function showKey({ secret, qr_svg: svg }) {
  const image = find('[data-totp-qr]');
  // As an image, the SVG can neither run a script nor reach the page.
  if (svg) image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  show(image, Boolean(svg));
  find('[data-totp-secret]').textContent = (secret ?? '').replace(/(.{4})(?=.)/g, '$1 ');
}
