// The pages of a provider's software, in their main states.

import * as data from './mock/data.mjs';
import * as software from './mock/software.mjs';

const { problem } = data;
const down = problem(503, 'unavailable');
const viewer = { 'GET /api/session': { ...data.session, permissions: ['see'] } };
const summary = '.govuk-error-summary';
const told = '.govuk-notification-banner';
const press = (text) => (page) => page.click(`main button:has-text("${text}")`);

export const pages = [
  {
    name: 'webhooks', path: '/webhooks/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'one', ready: 'text=Messages of the last 30 days' },
      { name: 'none', answers: { 'GET /api/webhooks': software.noWebhooks }, ready: 'text=No address is told' },
      { name: 'failing and stopped', answers: { 'GET /api/webhooks': software.failingWebhooks }, ready: 'text=Stopped' },
      { name: 'many messages', answers: { 'GET /api/webhooks/5F1C09A2B7D34E70/deliveries': software.manyDeliveries }, ready: 'text=Show earlier messages' },
      { name: 'added just now', then: async (page) => { await page.fill('#url', 'https://rota.meadow.example/portal'); await press('Add the address')(page); }, ready: '[data-secret]' },
      { name: 'refused', answers: { 'POST /api/webhooks': problem(422, 'invalid', 'Check the form', [{ field: 'url', message: 'Enter an address that begins with https://' }, { field: 'kinds', message: 'Choose what to be told of' }]) }, then: press('Add the address'), ready: summary },
      { name: 'tried just now', then: press('Send a test message'), ready: told },
      { name: 'about to change the secret', then: press('Change the secret'), ready: 'text=for 24 hours' },
      { name: 'secret changed just now', then: async (page) => { await press('Change the secret')(page); await page.click('[data-yes]'); }, ready: '[data-secret]' },
      { name: 'about to remove', then: press('Remove'), ready: 'text=told nothing more' },
      { name: 'for who only looks', answers: viewer, ready: 'text=does not allow this' },
      { name: 'down', answers: { 'GET /api/webhooks': down }, ready: 'text=Try again' },
    ],
  },
  {
    name: 'account calendar', path: '/account/', who: 'provider', ready: '[data-calendar-address] button',
    states: [
      { name: 'no address' },
      { name: 'an address', answers: { 'GET /api/calendar': software.calendar }, ready: 'text=You have had an address' },
      { name: 'made just now', then: press('Make an address'), ready: '[data-calendar-url]' },
      { name: 'removed just now', answers: { 'GET /api/calendar': software.calendar }, then: press('Remove the address'), ready: told },
    ],
  },
  {
    name: 'API keys', path: '/api-keys/', who: 'provider', ready: '[data-region]:not([aria-busy])',
    states: [
      { name: 'some', ready: 'text=Care records' },
      { name: 'none', answers: { 'GET /api/api-keys': software.none }, ready: 'text=no keys yet' },
      { name: 'as many as there may be', answers: { 'GET /api/api-keys': software.many }, ready: 'text=as many as there may be' },
      { name: 'made just now', then: async (page) => { await page.fill('#name', 'Night rota'); await page.getByLabel('Actuals').check(); await press('Make the key')(page); }, ready: '[data-secret]' },
      { name: 'made before', answers: { 'POST /api/api-keys': { ...software.made, secret: null } }, then: press('Make the key'), ready: 'text=was made before' },
      { name: 'refused', answers: { 'POST /api/api-keys': problem(422, 'invalid', 'Check the form', [{ field: 'name', message: 'Enter a name, such as the software’s' }, { field: 'scopes', message: 'Choose what the key may be used for' }, { field: 'last_day', message: 'Enter today or a later day' }]) }, then: press('Make the key'), ready: summary },
      { name: 'about to revoke', then: press('Revoke'), ready: 'text=cannot be undone' },
      { name: 'revoked just now', then: async (page) => { await press('Revoke')(page); await page.click('[data-yes]'); }, ready: told },
      { name: 'for who only looks', answers: viewer, ready: 'text=does not allow this' },
      { name: 'down', answers: { 'GET /api/api-keys': down }, ready: 'text=Try again' },
    ],
  },
];
