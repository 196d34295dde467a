// An invited person's first sign in: an own password and, if the council asks for digits of a security code, that code
// or an authenticator app instead.
import { post } from '../api.js';
import { showKey } from '../authenticator.js';
import { el, find, show } from '../dom.js';
import { clearErrors, onSubmit, showProblem, whileBusy } from '../forms.js';
import { options, start } from '../page.js';

start(async () => {
  const token = decodeURIComponent(location.hash.slice(1)).replace(/^token=/, '');
  show(find('[data-missing]'), !token);
  show(find('[data-form]'), Boolean(token));
  if (!token) return;
  const { second_step: secondStep } = await options();
  const needsCode = secondStep === 'memorable_digits';
  let withApp = false;
  const choose = (app) => {
    withApp = app;
    clearErrors();
    show(find('[data-security-code]'), needsCode && !app);
    show(find('[data-totp-setup]'), app);
  };
  choose(false);
  find('[data-totp-start]').addEventListener('click', (event) => whileBusy(event.currentTarget, () => setUpApp(token, choose)));
  find('[data-totp-stop]').addEventListener('click', () => {
    choose(false);
    find('#security_code').focus();
  });
  onSubmit(find('[data-invitation]'), async ({ password, security_code: code, totp_code: shown }) => {
    const second = withApp ? { totp_code: shown } : { security_code: needsCode ? code : null };
    const { email } = await post('/api/invitation', { token, password, ...second });
    clearErrors();
    // The link is used up: it need not stay in the history.
    history.replaceState(null, '', location.pathname);
    find('[data-email]').textContent = email ?? 'the address the invitation was sent to';
    show(find('[data-form]'), false);
    show(find('[data-done]'), true);
    find('[data-done] h1').focus();
  }, { onProblem: ended });
});

async function setUpApp(token, choose) {
  try {
    const key = await post('/api/invitation/totp', { token });
    choose(true);
    showKey(key);
    find('[data-totp-heading]').focus();
  } catch (problem) {
    if (problem.name !== 'Problem') throw problem;
    if (!ended(problem)) showProblem(problem);
  }
}

// Whoever has set up the account already is at the wrong door.
function ended(problem) {
  if (problem.code !== 'invitation-ended') return false;
  const signIn = el('a', { href: '/' }, 'sign in');
  const reset = el('a', { href: '/password-reset/' }, 'reset your password');
  showProblem(problem, { actions: [el('p', {}, 'If you have set up your account already, ', signIn, ' or ', reset, '. Otherwise ask the council to invite you again.')] });
  return true;
}
