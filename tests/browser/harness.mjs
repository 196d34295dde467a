// Tests of what people do on the pages: a browser and the built site with canned answers, for each file of tests.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch, open } from './browser.mjs';
import { serve } from './mock/server.mjs';

/** The site with its canned answers. */
export const portal = await serve();
const browser = await launch();

after(async () => {
  await browser.close();
  await portal.close();
});

/** A test in a page of its own, which the browser has nothing to complain about. */
export function task(name, answers, work) {
  test(name, async () => {
    portal.answer(answers);
    const { page, complaints, close } = await open(browser, { base: portal.url });
    try {
      await work(page);
      assert.deepEqual(complaints, []);
    } finally {
      await close();
    }
  });
}

/** The bodies that were posted there. */
export const sent = (path) => portal.asked.filter(({ key }) => key === `POST ${path}`).map(({ body }) => body);

/** What has the focus: its text, or its id. */
export const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);

/** Presses Tab until the focused element has this text; fails rather than going round for ever. */
export async function tabTo(page, text) {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(() => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      return { text: (element.labels?.[0] ?? element).textContent.trim(), tag: element.tagName, seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight };
    });
    if (here.tag !== 'BODY') assert.ok(here.seen, `the focus on "${here.text}" can be seen`);
    if (here.text.startsWith(text)) return;
  }
  assert.fail(`Tab never comes to "${text}"`);
}
