// What every page does first: the components, the header, the session; and what it shows when that fails.

import { Button, ErrorSummary, PasswordInput, SkipLink, createAll } from 'govuk-frontend';
import { showAnnouncements } from './announcements.js';
import { Problem, get, post } from './api.js';
import { showAppearance } from './appearance.js';
import { button, el, fill, find, paragraph, show } from './dom.js';
import { useLabels } from './labels.js';
import { go, withReturn } from './paths.js';
import { setTitleError } from './title.js';
import { actualsWord, councilRole, providerKind } from './words.js';

const COUNCIL_KEY = 'portal.council';

// A form that is not ready yet must not be sent by the browser: its page would be lost, and what was typed with it.
document.addEventListener('submit', (event) => {
  if (event.target.method === 'post') event.preventDefault();
});

/** Options of the sign-in: the council's name, its support address, what follows the password. */
export function options() {
  optionsAsked ??= get('/api/sign-in/options');
  return optionsAsked;
}
let optionsAsked = null;

/**
 * Runs a page. `run(session)` gets who is signed in, or null. What the page needs stands in the body's data-session:
 * `none` (nobody has to be), `optional`, `required`, `provider` (and a provider must have been chosen), or `council`
 * (staff of the council). Whoever comes to a page of the others is shown to their own home page.
 */
export async function start(run) {
  document.body.classList.add('js-enabled', 'govuk-frontend-supported');
  for (const component of [Button, ErrorSummary, PasswordInput, SkipLink]) createAll(component);
  showCouncil(remembered());
  foldSections();
  const needs = document.body.dataset.session;
  await orShowFailure(async () => {
    const session = needs === 'none' ? null : await readSession(needs);
    // The page goes elsewhere: it stays as it is until then.
    if (session && !belongs(session, needs)) return new Promise(() => undefined);
    if (session) showSession(session);
    // A page for nobody in particular does not wait for the council's name.
    else options().then(showOptions, () => undefined);
    await run(session);
  });
}

/** Runs `work`; when it fails, says so in the page's region with a way to try again, or goes where it must. */
export async function orShowFailure(work, region = document.querySelector('[data-region]') ?? find('[data-errors]')) {
  try {
    await work();
    region.removeAttribute('aria-busy');
  } catch (problem) {
    if (problem.name !== 'Problem') {
      const ours = { status: 500, code: 'page', title: 'Sorry, there is a problem with this page', detail: 'Wait a moment, then try again.' };
      showFailure(region, new Problem(ours));
      throw problem;
    }
    if (problem.status === 401) return go(withReturn('/'));
    if (problem.code === 'choose-provider') return go(withReturn('/choose-provider/'));
    showFailure(region, problem);
  }
}

// The server does not tell what belongs to somebody else from what does not exist: neither does the page.
const NOT_FOUND = { title: 'This cannot be found', says: 'The address may be wrong, or it may belong to another provider than the one you are viewing.' };

function showFailure(region, problem) {
  const { title, says } = problem.code === 'not-found' ? NOT_FOUND : problem;
  setTitleError(true);
  const heading = el('h2', { class: 'govuk-heading-m', tabindex: '-1' }, title);
  region.removeAttribute('aria-busy');
  fill(
    region,
    el(
      'div',
      { class: 'portal-failure', dataset: { problem: problem.code } },
      heading,
      says !== `${title}.` && paragraph(says),
      problem.mayBeTriedAgain
        ? button('Try again', () => location.reload(), { kind: null })
        : paragraph(el('a', { class: 'govuk-link', href: find('[data-brand]').getAttribute('href') }, 'Go to the home page')),
      problem.page && paragraph(el('a', { class: 'govuk-link', href: problem.page }, 'What this means, and what to do')),
    ),
  );
  heading.focus();
}

// The button shows on narrow screens alone; the list is folded for it from the start.
function foldSections() {
  for (const toggle of document.querySelectorAll('[data-nav-toggle]')) foldBehind(toggle);
}

function foldBehind(toggle) {
  const list = document.getElementById(toggle.getAttribute('aria-controls'));
  const fold = (folded) => {
    list.toggleAttribute('data-folded', folded);
    toggle.setAttribute('aria-expanded', String(!folded));
  };
  fold(true);
  toggle.addEventListener('click', () => fold(!list.hasAttribute('data-folded')));
}

async function readSession(needs) {
  try {
    return await get('/api/session');
  } catch (problem) {
    if (needs === 'optional') return null;
    throw problem;
  }
}

/** The home page of whoever is signed in. */
export function homeOf(session) {
  if (session.council) return '/council/';
  return session.provider ? '/home/' : '/choose-provider/';
}

/** Whether staff of the council may do this: `see_actions`. */
export function staffMay(session, permission) {
  return session?.council?.permissions?.includes(permission) ?? false;
}

// Whether a page is for whoever is signed in; if not, goes to one that is.
function belongs(session, needs) {
  const forCouncil = needs === 'council';
  const ofCouncil = Boolean(session.council);
  if ((needs === 'provider' && ofCouncil) || (forCouncil && !ofCouncil)) go(homeOf(session));
  else if (needs === 'provider' && !session.provider) go(withReturn('/choose-provider/'));
  else return true;
  return false;
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(COUNCIL_KEY) ?? 'null');
  } catch {
    return null;
  }
}

function showCouncil(council) {
  if (!council?.council_name) return;
  const { council_name, support_email = null, appearance = null, password_length_min = null, password_mix = true } = council;
  for (const each of document.querySelectorAll('[data-council-name]')) each.textContent = council_name;
  sessionStorage.setItem(COUNCIL_KEY, JSON.stringify({ council_name, support_email, appearance, password_length_min, password_mix }));
  showAppearance(appearance ?? {}, council_name);
  useLabels(appearance?.labels);
  if (password_length_min) for (const each of document.querySelectorAll('[data-password-length]')) each.textContent = String(password_length_min);
  for (const each of document.querySelectorAll('[data-password-mix]')) show(each, password_mix);
  if (!support_email) return;
  for (const each of document.querySelectorAll('[data-support-link]')) each.href = `mailto:${support_email}`;
  for (const each of document.querySelectorAll('[data-support-email]')) each.textContent = support_email;
  for (const each of document.querySelectorAll('[data-support]')) show(each, true);
}

function showOptions(council) {
  showCouncil(council);
  showAnnouncements(council.announcements);
}

function showSession(session) {
  showCouncil(session);
  showAnnouncements(session.announcements);
  find('[data-brand]').href = session.council ? '/council/' : '/home/';
  find('[data-person-name]').textContent = session.name || session.email || '';
  show(find('[data-person]'), true);
  find('[data-sign-out]').addEventListener('click', signOut);
  // What is for one side of the portal only.
  for (const each of document.querySelectorAll('[data-for]')) show(each, each.dataset.for === (session.council ? 'council' : 'provider'));
  if (document.querySelector('[data-nav]')) showProvider(session);
  if (document.querySelector('[data-council-nav]')) showStaff(session);
}

// What staff of the council may see; roles and teams in words.
function showStaff(session) {
  const { council } = session;
  show(find('[data-council-nav]'), Boolean(council));
  show(find('[data-council]'), Boolean(council));
  if (!council) return;
  const words = [...(council.roles ?? []).map(councilRole), ...(council.teams ?? []).map(({ name }) => name)];
  find('[data-council-roles]').textContent = words.join(', ');
  for (const each of document.querySelectorAll('[data-permission]')) show(each, staffMay(session, each.dataset.permission));
}

function showProvider(session) {
  show(find('[data-nav]'), Boolean(session.provider) && !session.council);
  if (!session.provider) return;
  find('[data-provider-name]').textContent = session.provider.name;
  find('[data-provider-kind]').textContent = providerKind(session.provider.kind);
  for (const each of document.querySelectorAll('[data-word="actuals"]')) each.textContent = actualsWord(session.provider.kind);
  show(find('[data-switch]'), (session.provider_count ?? 2) > 1);
  find('[data-switch]').href = withReturn('/choose-provider/', switchBack());
  show(find('[data-provider]'), true);
}

// A page about one contract is not there for another provider: back to its list instead.
function switchBack() {
  const { pathname } = location;
  const list = ['/scheduled-payments/', '/actuals/', '/invoices/', '/actions/', '/contract-documents/', '/purchase-orders/', '/contacts/'].find((each) => pathname.startsWith(each));
  if (list) return list;
  return pathname.startsWith('/choose-provider/') ? '/home/' : pathname;
}

async function signOut() {
  try {
    await post('/api/sign-out');
  } catch (problem) {
    // Whoever is signed out already has what they asked for.
    if (problem.status !== 401) return showFailure(find('[data-errors]'), problem);
  }
  sessionStorage.clear();
  return go('/?signed-out=yes');
}
