// An invited person's first sign in: an own password, and a security code if the council uses one.
import { post } from '../api.js';
import { el, find, show } from '../dom.js';
import { clearErrors, onSubmit, showProblem } from '../forms.js';
import { options, start } from '../page.js';

start(async () => {
  const token = decodeURIComponent(location.hash.slice(1)).replace(/^token=/, '');
  show(find('[data-missing]'), !token);
  show(find('[data-form]'), Boolean(token));
  if (!token) return;
  const { second_step: secondStep } = await options();
  const needsCode = secondStep === 'memorable_digits';
  show(find('[data-security-code]'), needsCode);
  onSubmit(find('[data-invitation]'), async ({ password, security_code: code }) => {
    const { email } = await post('/api/invitation', { token, password, security_code: needsCode ? code : null });
    clearErrors();
    // The link is used up: it need not stay in the history.
    history.replaceState(null, '', location.pathname);
    find('[data-email]').textContent = email ?? 'the address the invitation was sent to';
    show(find('[data-form]'), false);
    show(find('[data-done]'), true);
    find('[data-done] h1').focus();
  }, { onProblem: ended });
});

// Whoever has set up the account already is at the wrong door.
function ended(problem) {
  if (problem.code !== 'invitation-ended') return false;
  const signIn = el('a', { href: '/' }, 'sign in');
  const reset = el('a', { href: '/password-reset/' }, 'reset your password');
  showProblem(problem, { actions: [el('p', {}, 'If you have set up your account already, ', signIn, ' or ', reset, '. Otherwise ask the council to invite you again.')] });
  return true;
}
