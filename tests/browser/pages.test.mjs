// Every page in every main state, as wide as a desktop and at 320 pixels.

import { after, before, describe, test } from 'node:test';
import { expectSound, launch, open, WIDTHS_PIXELS } from './browser.mjs';
import { serve } from './mock/server.mjs';
import { pages } from './pages.mjs';

let browser;
let portal;

before(async () => {
  [browser, portal] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser?.close();
  await portal?.close();
});

for (const page of pages) {
  describe(`the ${page.name} page`, () => {
    for (const state of page.states) {
      test(`is accessible and fits at both widths: ${state.name}`, () => visit(page, state));
    }
  });
}

async function visit({ path, ready }, state) {
  portal.answer(state.answers);
  const { page, complaints, close } = await open(browser, { base: portal.url });
  try {
    await state.before?.(page);
    await page.goto(state.path ?? path);
    await page.locator(state.then ? ready : state.ready ?? ready).first().waitFor();
    await state.then?.(page);
    await page.locator(state.ready ?? ready).first().waitFor();
    for (const width of WIDTHS_PIXELS) {
      await page.setViewportSize({ width, height: 900 });
      await expectSound(page, complaints);
      await shoot(page, `${state.path ?? path} ${state.name} ${width}`);
    }
  } finally {
    await close();
  }
}

// For whoever wants to look: PORTAL_SHOTS names a folder.
async function shoot(page, name) {
  if (!process.env.PORTAL_SHOTS) return;
  const file = name.replaceAll(/[^a-z0-9]+/gi, '-').replace(/^-/, '');
  await page.screenshot({ path: `${process.env.PORTAL_SHOTS}/${file}.png`, fullPage: true });
}
