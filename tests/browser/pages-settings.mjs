// The pages of the council's settings in their main states.

import * as data from './mock/data.mjs';
import * as settings from './mock/settings.mjs';

const { problem } = data;
const { API, PAGE } = settings;
const done = '[data-region]:not([aria-busy])';
const auditor = { 'GET /api/session': settings.auditor };
const press = (text) => (page) => page.locator(`main button:has-text("${text}"):visible`).first().click();
const page = (setting) => PAGE.replace('lockout_tries', setting);

async function change(page) {
  await page.fill('#value', '8');
  await page.fill('#reason', 'More calls');
  await press('Change setting')(page);
}

const states = [
  {
    name: 'settings', path: '/council/settings/', ready: done,
    states: [
      { name: 'for configuration', ready: 'text=6 from' },
      { name: 'for an auditor', answers: { ...auditor, 'GET /api/council/settings': { ...settings.list, may_configure: false } }, ready: 'text=lets you look' },
      { name: 'down', answers: { 'GET /api/council/settings': problem(503, 'unavailable') }, ready: 'text=Try again' },
      { name: 'not allowed', answers: { 'GET /api/council/settings': problem(404, 'not-allowed', 'Your role does not allow this.') }, ready: 'text=does not allow this' },
    ],
  },
  {
    name: 'setting', path: PAGE, ready: done,
    states: [
      { name: 'a number', ready: 'text=The change was withdrawn' },
      { name: 'one of some', path: page('second_step'), ready: 'text=Nobody has changed it' },
      { name: 'yes or no', path: page('helpdesk_form'), ready: 'input[type=radio]' },
      { name: 'some of many', path: page('default_subscriptions'), ready: 'input[type=checkbox]' },
      { name: 'a colour', path: page('brand_colour'), ready: '.portal-setting__swatch' },
      { name: 'a colour that is too light', path: page('brand_colour'), answers: { 'POST /api/council/settings/brand_colour/changes': { status: 422, body: { code: 'invalid', title: 'There is a problem with what you entered.', errors: [{ field: 'value', message: 'White text on #ffcc00 has a contrast of 1.51 to 1, and needs 4.50 to 1 or more. Use a darker colour.' }] } } }, then: change, ready: '.govuk-error-summary' },
      { name: 'a logo', path: page('logo'), ready: 'input[type=file]' },
      { name: 'a word', path: page('label_action'), ready: 'text=and the word for several' },
      { name: 'dates', path: page('closed_dates'), ready: '#value' },
      { name: 'for an auditor', answers: { ...auditor, [`GET ${API}`]: { ...settings.one, may_configure: false } }, ready: 'text=lets you look' },
      { name: 'about to be withdrawn', then: press('Withdraw'), ready: 'text=What holds on the day before goes on' },
      { name: 'changed just now', answers: { [`POST ${API}/changes`]: { status: 201, body: { change_ref: 'a1', from_date: '2026-11-22' } } }, then: change, ready: '.govuk-notification-banner' },
      { name: 'refused', answers: { [`POST ${API}/changes`]: { status: 422, body: { code: 'invalid', title: 'There is a problem with what you entered.', errors: [{ field: 'value', message: 'Enter a whole number from 1 to 100,000' }] } } }, then: change, ready: '.govuk-error-summary' },
      { name: 'not there', answers: { [`GET ${API}`]: problem(404, 'not-found', 'There is nothing here.') }, ready: 'text=cannot be found' },
    ],
  },
];

export const pages = states.map((each) => ({ ...each, who: 'council', states: each.states.map((state) => ({ ...state, answers: { 'GET /api/session': settings.configuration, ...state.answers } })) }));
