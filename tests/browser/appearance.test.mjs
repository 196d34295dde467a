// The council's own colour, logo and words on the pages, with canned answers.

import assert from 'node:assert/strict';
import { portal, task } from './harness.mjs';
import * as council from './mock/council.mjs';
import * as data from './mock/data.mjs';
import * as reports from './mock/reports.mjs';

const own = { ...data.options, appearance: data.ownAppearance, password_length_min: 14 };
const session = { ...data.session, appearance: data.ownAppearance, password_length_min: 14 };
const answers = { 'GET /api/sign-in/options': own, 'GET /api/session': session };
const nobody = { ...answers, 'GET /api/session': data.problem(401, 'signed-out', 'Sign in') };
const bar = (page) => page.locator('.portal-header__bar').evaluate((each) => getComputedStyle(each).backgroundColor);

task('whoever signs in sees the council’s colour and its logo, which says its name', nobody, async (page) => {
  await page.goto('/sign-in/code/');
  await page.goto('/password-reset/');
  const logo = page.getByRole('img', { name: 'Northbridge Council' });
  await logo.waitFor();
  assert.equal(await bar(page), 'rgb(91, 42, 134)');
  assert.equal((await page.locator('[data-brand]').innerText()).trim(), 'Provider portal');
  assert.equal(await page.locator('[data-brand]').evaluate((each) => [...each.querySelectorAll('img')].map(({ alt }) => alt).join()), 'Northbridge Council');
  assert.equal(await page.locator('meta[name=theme-color]').getAttribute('content'), '#5b2a86');
});

task('a logo that does not come leaves the council’s name', { ...answers, 'GET /api/session': { ...session, appearance: { ...data.ownAppearance, logo: '/api/logo/elsewhere.svg' } } }, async (page) => {
  await page.goto('/home/');
  await page.locator('[data-brand]').getByText('Northbridge Council').waitFor();
  assert.equal(await page.locator('[data-logo]').getAttribute('src'), null);
});

task('pages call things what the council calls them, wherever the word stands alone', answers, async (page) => {
  await page.goto('/home/');
  await page.getByRole('heading', { name: 'Support plans' }).waitFor();
  await page.getByRole('navigation', { name: 'Portal' }).getByRole('link', { name: 'Queries', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Queries and change requests' }).waitFor();
  assert.match(await page.title(), /^Queries and change requests – /);
  await page.getByRole('link', { name: 'New query' }).waitFor();
  await page.getByRole('navigation', { name: 'Portal' }).getByRole('link', { name: 'Service user agreements' }).click();
  await page.getByRole('heading', { level: 1, name: 'Service user agreements' }).waitFor();
  await page.getByRole('columnheader', { name: 'Support plan' }).waitFor();
});

task('the council reads its own words too', { ...answers, 'GET /api/session': { ...council.session, appearance: data.ownAppearance } }, async (page) => {
  await page.goto('/council/');
  await page.getByRole('heading', { name: 'Service user agreements' }).waitFor();
  await page.goto('/council/actions/');
  await page.getByRole('heading', { level: 1, name: 'Queries' }).waitFor();
  assert.equal(await page.getByRole('navigation', { name: 'Council' }).getByRole('link', { name: 'Queries' }).count(), 1);
});

task('wherever a password is chosen the page says how long it must be', answers, async (page) => {
  for (const path of ['/account/', '/invitation/#token=t-1', '/password-reset/', '/help/sign-in/']) {
    await page.goto(path);
    await page.waitForFunction(() => document.querySelector('[data-password-length]')?.textContent === '14');
    assert.match(await page.locator('body').textContent(), /upper (and lower )?case/);
  }
});

const anyMix = { 'GET /api/sign-in/options': { ...own, password_mix: false }, 'GET /api/session': { ...session, password_mix: false } };
task('a council that leaves it to people of what a password is made asks for its length alone', anyMix, async (page) => {
  for (const path of ['/account/', '/invitation/#token=t-1', '/password-reset/', '/help/sign-in/']) {
    await page.goto(path);
    await page.waitForFunction(() => document.querySelector('[data-password-length]')?.textContent === '14');
    assert.equal(await page.getByText(/upper (and lower )?case/).isVisible(), false);
  }
});

const making = (percent, done) => ({ ...reports.jobWorking, percent, parts: { done, of: 412 } });
task('a report that is being made says how much of it is, until it can be fetched', { 'GET /api/session': council.session, [`GET ${reports.JOB_API}`]: making(45, 186) }, async (page) => {
  await page.clock.install();
  await page.goto(reports.JOB_PATH);
  await page.getByText('45% made: 186 of 412 parts read').waitFor();
  assert.equal(await page.getByRole('progressbar').getAttribute('value'), '45');
  portal.answers = { ...portal.answers, [`GET ${reports.JOB_API}`]: making(90, 371) };
  await page.clock.fastForward(3_000);
  await page.getByText('90% made: 371 of 412 parts read').waitFor();
  portal.answers = { ...portal.answers, [`GET ${reports.JOB_API}`]: reports.job };
  await page.clock.fastForward(3_000);
  await page.getByRole('link', { name: 'Download the report' }).waitFor();
  assert.equal(await page.getByRole('progressbar').count(), 0);
});
