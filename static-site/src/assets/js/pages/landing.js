// The landing page: email address and password.
import { post } from '../api.js';
import { fill, find, insetText, paragraph, show } from '../dom.js';
import { onSubmit } from '../forms.js';
import { homeOf, options, start } from '../page.js';
import { go, returnPath } from '../paths.js';
import { begin } from '../challenge.js';

const form = find('[data-sign-in]');
const back = returnPath();

onSubmit(form, async ({ email, password }) => {
  begin(await post('/api/sign-in', { email, password }), back);
  go('/sign-in/code/');
});

start(async (session) => {
  if (session) {
    find('[data-signed-in-name]').textContent = session.name || session.email;
    find('[data-continue]').href = back ?? homeOf(session);
    show(find('[data-signed-in]'), true);
    show(form, false);
    return;
  }
  sayWhy();
  const { helpdesk_form: helpdesk } = await options().catch(() => ({}));
  show(find('[data-helpdesk]'), Boolean(helpdesk));
});

function sayWhy() {
  const signedOut = new URLSearchParams(location.search).has('signed-out');
  if (!signedOut && !back) return;
  fill(
    find('[data-notice]'),
    insetText(paragraph(signedOut ? 'You are signed out.' : 'Sign in to see that page. You come back to it afterwards.')),
  );
}
