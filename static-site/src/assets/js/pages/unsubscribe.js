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
    fill(find('[data-email]'), email ?? 'your address');
    show(find('[data-done]'), true);
    const heading = find('[data-heading]');
    heading.textContent = 'You are unsubscribed';
    setTitle('You are unsubscribed');
    heading.focus();
  });
});
