// The built files themselves.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SITE = fileURLToPath(new URL('../../static-site/_site/', import.meta.url));

async function files(extension) {
  const names = (await readdir(SITE, { recursive: true })).filter((name) => name.endsWith(extension));
  assert.notEqual(names.length, 0, `the site is built and has ${extension} files`);
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(path.join(SITE, name), 'utf8') })));
}

test('no page has anything inline that the content security policy would refuse', async () => {
  for (const { name, text } of await files('.html')) {
    assert.doesNotMatch(text, /<style|\sstyle=|\son[a-z]+=|javascript:/i, name);
    for (const [script] of text.matchAll(/<script[^>]*>/g)) assert.match(script, /\ssrc="\/assets\//, name);
  }
});

test('every page says what it needs when JavaScript is off', async () => {
  for (const { name, text } of await files('.html')) assert.match(text, /<noscript>[^]*This page needs JavaScript/, name);
});

test('every link and file that a page names is there', async () => {
  const names = new Set((await readdir(SITE, { recursive: true })).map((name) => `/${name}`));
  for (const { name, text } of await files('.html')) {
    const ids = new Set([...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
    for (const [, address] of text.matchAll(/\s(?:href|src)="([^"]+)"/g)) {
      if (/^(https|data):/.test(address)) continue;
      const [file, fragment] = address.split('#');
      if (file) assert.ok(names.has(file.endsWith('/') ? `${file}index.html` : file), `${name} leads to ${address}`);
      else assert.ok(ids.has(fragment), `${name} leads to ${address}`);
    }
  }
});

test('no module reads anything as HTML or sets a style', async () => {
  for (const { name, text } of await files('.js')) {
    if (name.includes('vendor')) continue;
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\b|eval\(|new Function/, name);
  }
});

test('nothing of the government’s own brand is there', async () => {
  for (const { name, text } of [...(await files('.css')), ...(await files('.html'))]) {
    assert.doesNotMatch(text, /GDS Transport|crown|crest/i, name);
  }
});
