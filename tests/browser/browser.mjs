// A real browser, and what is expected of every page in it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// WCAG 2.2 AA, and axe's own good practice (landmarks, headings, one main).
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const WIDTHS_PIXELS = [1280, 320];

/** What CHROMIUM names: a command or a path. */
function chromiumPath() {
  const name = process.env.CHROMIUM || 'chromium';
  if (path.isAbsolute(name)) return name;
  const candidates = (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, name));
  const found = candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return found ?? `/usr/bin/${name}`;
}

/** Debian's Chromium, without anything that calls home. */
export function launch() {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

/** A page of its own context, `width` pixels wide, which remembers what the browser complained about. */
export async function open(browser, { width = 1280, height = 900, base = undefined } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB', baseURL: base, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A refused request is logged by the browser itself and is often what is being tested.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.setDefaultTimeout(10_000);
  return { page, complaints, close: () => context.close() };
}

/** Everything that must hold on any page, whatever it shows. */
export async function expectSound(page, complaints) {
  await expectNoViolation(page);
  await expectNoSidewaysScrolling(page);
  await expectDocument(page);
  assert.deepEqual(complaints, [], 'the browser complained');
}

/** axe-core finds nothing. */
export async function expectNoViolation(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: { type: 'tag', values: tags } }), AXE_TAGS);
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `    ${html}\n    ${failureSummary}`).join('\n')}`);
  assert.deepEqual(told, []);
}

/** The page as a whole never scrolls sideways. */
export async function expectNoSidewaysScrolling(page) {
  const { wide, room, widest } = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const over = [...document.body.querySelectorAll('*')].filter((each) => each.getBoundingClientRect().right > room + 1 && !each.closest('.govuk-visually-hidden'));
    return { wide: document.documentElement.scrollWidth, room, widest: over.slice(0, 3).map((each) => each.outerHTML.slice(0, 120)) };
  });
  assert.ok(wide <= room, `the page is ${wide} pixels wide in a window of ${room}: ${widest.join(' | ')}`);
}

/** One h1, a title that says the same page, the language, and the landmarks. */
export async function expectDocument(page) {
  const found = await page.evaluate(() => ({
    headings: [...document.querySelectorAll('h1')].filter((each) => each.checkVisibility()).length,
    language: document.documentElement.lang,
    title: document.title,
    landmarks: ['header', 'main', 'footer'].filter((name) => document.querySelector(`body ${name}`)).length,
    failed: Boolean(document.querySelector('.govuk-error-summary, .portal-failure')),
  }));
  assert.equal(found.headings, 1, 'one visible h1');
  assert.equal(found.language, 'en-GB');
  assert.match(found.title, / – Provider portal$/);
  assert.equal(found.title.startsWith('Error: '), found.failed, 'the title says when there is an error');
  assert.equal(found.landmarks, 3);
}
