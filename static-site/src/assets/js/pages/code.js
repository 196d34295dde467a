// The second step of signing in: an emailed code, two digits of the security code, or an authenticator app.
import { post } from '../api.js';
import { begin, current, end } from '../challenge.js';
import { el, fill, find, insetText, paragraph, show } from '../dom.js';
import { clearErrors, onSubmit, showProblem, whileBusy } from '../forms.js';
import { ordinal } from '../format.js';
import { start } from '../page.js';
import { go, ownPath, withReturn } from '../paths.js';

const OTHER_WAY = {
  totp: 'Use my authenticator app instead',
  emailed_code: 'Use the emailed code instead',
  memorable_digits: 'Use my security code instead',
};

start(() => {
  const challenge = current();
  if (!challenge?.challenge) return go('/');
  prepareDigits(challenge.positions ?? []);
  if (challenge.masked_email) find('[data-email]').textContent = challenge.masked_email;
  for (const form of document.querySelectorAll('[data-step]')) {
    onSubmit(form, (values) => answer(challenge, form.dataset.step, values), {
      controlFor: (field) => controlFor(form, field),
      onProblem: (problem) => startAgain(problem, form),
    });
  }
  find('[data-another]').addEventListener('click', (event) => another(challenge, event.currentTarget));
  showStep(challenge, challenge.step);
});

function prepareDigits(positions) {
  positions.slice(0, 2).forEach((position, index) => {
    find(`label[for="digit-${index + 1}"]`).textContent = `${ordinal(position)} digit`;
  });
}

function showStep(challenge, step) {
  clearErrors();
  for (const form of document.querySelectorAll('[data-step]')) show(form, form.dataset.step === step);
  const others = [challenge.step, ...(challenge.alternatives ?? [])].filter((way) => way !== step && OTHER_WAY[way]);
  fill(
    find('[data-alternatives]'),
    [...new Set(others)].map((way) =>
      el('li', {}, el('button', {
        type: 'button',
        class: 'portal-link-button',
        on: { click: (event) => turnTo(challenge, way, event.currentTarget) },
      }, OTHER_WAY[way])),
    ),
  );
}

async function turnTo(challenge, way, control) {
  // A code is on its way already only where it was asked for first.
  if (way === 'emailed_code' && challenge.step !== way && !challenge.emailed && !(await another(challenge, control))) return;
  showStep(challenge, way);
  find(`[data-step="${way}"] input`).focus();
}

function controlFor(form, field) {
  return form.elements.namedItem(field) ?? form.querySelector('input');
}

async function answer(challenge, step, values) {
  const code = step === 'memorable_digits' ? `${values['digit-1']}${values['digit-2']}` : values.code;
  const { next } = await post('/api/sign-in/code', { challenge: challenge.challenge, step, code });
  end();
  const back = ownPath(challenge.back);
  if (next === '/choose-provider/' && back) return go(withReturn(next, back));
  return go(back ?? ownPath(next) ?? '/home/');
}

const OVER = ['sign-in-again', 'account-locked', 'too-many-codes'];

// A sign-in that is over cannot be gone on with: only the password starts another.
function startAgain(problem, form) {
  if (!OVER.includes(problem.code)) return false;
  showProblem(problem, {
    form,
    actions: [el('p', {}, el('a', { href: '/' }, 'Start signing in again'))],
  });
  return true;
}

/** Asks for another code; true when it was sent. */
async function another(challenge, control) {
  let sent = false;
  await whileBusy(control, async () => {
    try {
      await post('/api/sign-in/code/another', { challenge: challenge.challenge });
      sent = true;
      challenge.emailed = true;
      begin(challenge, challenge.back);
      clearErrors();
      const notice = insetText(paragraph('We have emailed you another code. Only the newest one works.'));
      notice.setAttribute('role', 'status');
      fill(find('[data-notice]'), notice);
    } catch (problem) {
      if (problem.name !== 'Problem') throw problem;
      const form = find('form[data-step]:not([hidden])');
      if (!startAgain(problem, form)) showProblem(problem, { form });
    }
  });
  return sent;
}
