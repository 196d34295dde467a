// The pages about announcements and the roll-out in their main states, and an announcement above other pages.

import * as data from './mock/data.mjs';
import * as roll from './mock/roll-out.mjs';

const { problem } = data;
const down = problem(503, 'unavailable');
const summary = '.govuk-error-summary';
const told = '.govuk-notification-banner';
const done = '[data-region]:not([aria-busy])';
const banner = '.portal-announcement';
const press = (...texts) => async (page) => {
  for (const text of texts) await page.locator(`main button:has-text("${text}"):visible`).first().click();
};
const open = (page) => page.locator('summary:has-text("Announce something")').click();
const auditor = { 'GET /api/session': roll.auditor };

const ofConfiguration = [
  {
    name: 'announcements', path: '/council/announcements/', ready: done,
    states: [
      { name: 'some', ready: 'table' },
      { name: 'none', answers: { 'GET /api/council/announcements': roll.none }, ready: 'text=Nothing was announced yet' },
      { name: 'to announce', then: open, ready: '#text:visible' },
      { name: 'to replace one', then: press('Replace'), ready: 'text=This takes the place of' },
      { name: 'nothing entered', answers: { 'POST /api/council/announcements': problem(422, 'invalid', 'Check the form', [{ field: 'text', message: 'Enter what the announcement says' }, { field: 'to_date', message: 'The last day must be today or later' }]) }, then: async (page) => { await open(page); await page.getByRole('button', { name: 'Announce', exact: true }).click(); }, ready: summary },
      { name: 'announced just now', then: async (page) => { await open(page); await page.fill('#text', 'Closed'); await page.getByRole('button', { name: 'Announce', exact: true }).click(); }, ready: told },
      { name: 'about to withdraw', then: press('Withdraw'), ready: 'text=Withdraw this announcement?' },
      { name: 'for an auditor', answers: { ...auditor, 'GET /api/council/announcements': roll.readOnly }, ready: 'table' },
      { name: 'down', answers: { 'GET /api/council/announcements': down }, ready: 'text=Try again' },
    ],
  },
];

const ofContracts = [
  {
    name: 'roll-out', path: '/council/roll-out/', ready: done,
    states: [
      { name: 'some', ready: '#change' },
      { name: 'with more', answers: { 'GET /api/council/roll-out': { ...roll.rollOut, next: 'C3009', found: 120 } }, ready: '[data-more]' },
      { name: 'none that matches', path: '/council/roll-out/?state=coming', answers: { 'GET /api/council/roll-out': roll.nothing }, ready: 'text=matches these filters' },
      { name: 'nothing chosen', then: press('See what it would change'), ready: summary },
      { name: 'for whoever may not change it', answers: { ...auditor, 'GET /api/council/roll-out': roll.look }, ready: 'text=Somebody of contracts' },
      { name: 'down', answers: { 'GET /api/council/roll-out': down }, ready: 'text=Try again' },
    ],
  },
];

const above = [
  { name: 'landing page with an announcement', path: '/', who: 'nobody', ready: banner, states: [{ name: 'shown', answers: { 'GET /api/session': problem(401, 'signed-out', 'You are signed out'), 'GET /api/sign-in/options': { ...data.options, announcements: roll.said } } }] },
  { name: 'home page with an announcement', path: '/home/', who: 'provider', ready: banner, states: [{ name: 'shown', answers: { 'GET /api/session': { ...data.session, announcements: roll.said } } }] },
];

const as = (session, pages) => pages.map((page) => ({ ...page, who: 'council', states: page.states.map((state) => ({ ...state, answers: { 'GET /api/session': session, ...state.answers } })) }));

export const pages = [...as(roll.configuration, ofConfiguration), ...as(roll.contracts, ofContracts), ...above];
