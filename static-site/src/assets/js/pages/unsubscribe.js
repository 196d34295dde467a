// Where the link of a notification email leads: no more of them, without signing in.
import { post } from '../api.js';
import { fill, find, show } from '../dom.js';
import { clearErrors, onSubmit } from '../forms.js';
import { start } from '../page.js';
import { setTitle } from '../title.js';

const token = new URLSearchParams(location.search).get('token') ?? '';

start(() => {
  const form = find('[data-unsubscribe]');
  show(form, Boolean(token));
  show(find('[data-incomplete]'), !token);
  // Whoever opens the link has not decided yet: mail programs open links by themselves.
  onSubmit(form, async () => {
    const { masked_email: email } = await post('/api/unsubscribe', { token });
    clearErrors();
    show(form, false);
    const heading = find('[data-heading]');
    // A link that nobody got stops nothing, and names nobody.
    heading.textContent = email ? 'You are unsubscribed' : 'This link does not work any more';
    setTitle(heading.textContent);
    fill(find('[data-email]'), email);
    show(find(email ? '[data-done]' : '[data-unknown]'), true);
    heading.focus();
  });
});
