// What a first view costs whoever is on a slow line with an old computer: how much comes, in how many requests, what can be
// done before the data is there, and how much a long list is for the browser. `PORTAL_FIGURES=file` keeps what was measured.

import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { launch, open } from './browser.mjs';
import * as data from './mock/data.mjs';
import { serve } from './mock/server.mjs';

const REQUESTS_MAX = 5;
const BYTES_MAX = 60 * 1024;
/** A page of a list: a hundred rows, each with its history folded away. */
const ELEMENTS_MAX = 12_000;
/** CloudFront compresses what is at least this large; it never compresses what it may not keep, as the API's answers. */
const COMPRESSED_FROM_BYTES = 1000;

const portal = await serve();
const browser = await launch();

after(async () => {
  await browser.close();
  await portal.close();
});

const signedOut = { 'GET /api/session': data.problem(401, 'signed-out', 'You are signed out') };
const many = { 'GET /api/care-packages': data.manyCarePackages };

const VIEWS = [
  { name: 'sign-in', url: '/', answers: signedOut, there: '#email' },
  { name: 'home', url: '/home/', answers: {}, there: '.portal-area' },
  { name: 'care packages', url: '/care-packages/', answers: {}, there: '[data-region] table' },
  { name: 'scheduled payments', url: '/scheduled-payments/', answers: {}, there: '[data-region] table' },
];

for (const { name, url, answers, there } of VIEWS) {
  test(`the first view of ${name} takes few requests and little room on the line`, async () => {
    const { page, close } = await viewing(answers);
    const came = [];
    page.on('response', (response) => came.push(weighed(response)));
    await page.goto(url, { waitUntil: 'networkidle' });
    await page.locator(there).first().waitFor();
    const all = await Promise.all(came);
    const bytes = all.reduce((sum, each) => sum + each.bytes, 0);
    await keep({ figure: 'first-view', name, requests: all.length, bytes });
    await close();
    const told = all.map((each) => `${each.path} ${each.bytes}`).join('\n');
    assert.ok(all.length <= REQUESTS_MAX, `${all.length} requests:\n${told}`);
    assert.ok(bytes <= BYTES_MAX, `${bytes} bytes:\n${told}`);
  });
}

test('while the care packages are on their way the page can be read, filled in and left', async () => {
  const { page, close } = await viewing({});
  let release = null;
  const asked = new Promise((resolve) => {
    page.route('**/api/care-packages', async (route) => {
      await new Promise((go) => { release = go; resolve(); });
      return route.continue();
    });
  });
  await page.goto('/care-packages/');
  await asked;
  await page.getByRole('heading', { level: 1, name: 'Care packages' }).waitFor();
  assert.equal(await page.locator('[data-region]').textContent(), 'Loading care packages…');
  await page.getByLabel(/Include historical/).check();
  assert.ok(await page.getByRole('link', { name: 'Actions' }).first().isVisible());
  release();
  await page.locator('[data-region] table').first().waitFor();
  await close();
});

test('of two thousand care packages the browser holds a page at a time', async () => {
  const { page, close } = await viewing(many);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto('/care-packages/');
  await page.locator('[data-region] table').first().waitFor();
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  const loaded = await spent(devtools);
  const frames = await scrolled(page);
  const scrolling = (await spent(devtools)) - loaded;
  await keep({ figure: 'long-list', care_packages: data.manyCarePackages.rows.length, elements, loaded_ms: loaded, scrolling_ms_a_frame: scrolling / frames });
  await close();
  assert.ok(elements <= ELEMENTS_MAX, `${elements} elements`);
});

async function viewing(answers) {
  portal.answer(answers);
  return open(browser, { base: portal.url });
}

/** What a response weighs as CloudFront sends it, without its headers. */
async function weighed(response) {
  const path = new URL(response.url()).pathname;
  const body = await response.body();
  if (path.startsWith('/api/') || body.length < COMPRESSED_FROM_BYTES) return { path, bytes: body.length };
  return { path, bytes: brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length };
}

/** Milliseconds of its processor that the page's own thread has used. */
async function spent(devtools) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
}

/** Scrolls through the whole page, a part at every frame. How many frames that were. */
function scrolled(page) {
  return page.evaluate(() => new Promise((resolve) => {
    let frames = 0;
    const step = () => {
      scrollBy(0, 60);
      frames += 1;
      const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
      if (end || frames >= 1000) resolve(frames);
      else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }));
}

async function keep(figure) {
  if (process.env.PORTAL_FIGURES) await appendFile(process.env.PORTAL_FIGURES, `${JSON.stringify(figure)}\n`);
}
