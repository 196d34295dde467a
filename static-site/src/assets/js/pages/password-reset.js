// A forgotten password: a code by email, then a new password.
import { post } from '../api.js';
import { find, show } from '../dom.js';
import { clearErrors, onSubmit } from '../forms.js';
import { start } from '../page.js';

start(() => {
  const [ask, choose, done] = [find('[data-ask]'), find('[data-choose]'), find('[data-done]')];
  const heading = find('[data-heading]');

  const goTo = (part, title) => {
    clearErrors();
    for (const each of [ask, choose, done]) show(each, each === part);
    heading.textContent = title;
    heading.focus();
  };

  onSubmit(ask, async ({ email }) => {
    await post('/api/password-reset', { email });
    find('[data-sent-to]').textContent = email;
    show(find('[data-sent]'), true);
    choose.elements.email.value = email;
    goTo(choose, 'Choose a new password');
  });
  onSubmit(choose, async ({ email, code, password }) => {
    await post('/api/password-reset/password', { email, code, password });
    goTo(done, 'Your password is changed');
  });
  find('[data-have-code]').addEventListener('click', () => {
    choose.elements.email.value = ask.elements.email.value;
    goTo(choose, 'Choose a new password');
  });
  find('[data-again]').addEventListener('click', () => {
    ask.elements.email.value = choose.elements.email.value;
    goTo(ask, 'Reset your password');
  });
});
