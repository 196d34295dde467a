// Builds src/ to plain HTML, CSS and ES modules in _site/. A page asks for one file of each: its module comes with all
// that it imports, its icons with it, because every further request is one more wait on a slow line.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import * as esbuild from 'esbuild';
import nunjucks from 'nunjucks';
import * as sass from 'sass';

const here = path.dirname(fileURLToPath(import.meta.url));
const govuk = path.join(here, 'node_modules/govuk-frontend/dist');

// Assets lie in a folder named after what is in them: a browser may keep them for ever, and never mixes two releases.
function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(path.join(here, 'package-lock.json')));
  const folder = path.join(here, 'src/assets');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const name of names.sort()) hash.update(path.relative(folder, name)).update(readFileSync(name));
  return hash.digest('hex').slice(0, 12);
}

export default function (eleventy) {
  const assets = `assets/${fingerprint()}`;
  eleventy.addGlobalData('assets', `/${assets}`);
  const icon = readFileSync(path.join(here, 'src/assets/images/portal.svg'), 'utf8');
  eleventy.addGlobalData('icon', `data:image/svg+xml,${encodeURIComponent(icon.trim())}`);

  eleventy.setLibrary('njk', nunjucks.configure([path.join(here, 'src/_includes'), govuk], {
    autoescape: true,
    throwOnUndefined: false,
    trimBlocks: true,
    lstripBlocks: true,
  }));

  // GOV.UK Frontend 5 is written with @import, which Sass will drop only in its version 3.
  eleventy.addTemplateFormats('scss');
  eleventy.addExtension('scss', {
    outputFileExtension: 'css',
    compile: (_text, file) => {
      if (path.basename(file).startsWith('_')) return undefined;
      const { css } = sass.compile(file, {
        loadPaths: [govuk],
        quietDeps: true,
        silenceDeprecations: ['import'],
        style: 'compressed',
      });
      return () => css;
    },
  });

  eleventy.on('eleventy.before', ({ dir }) => esbuild.build({
    absWorkingDir: here,
    entryPoints: ['src/assets/js/pages/*.js'],
    outdir: path.join(dir.output, assets, 'js/pages'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    loader: { '.svg': 'dataurl' },
    legalComments: 'none',
    logLevel: 'warning',
  }));

  eleventy.addPassthroughCopy({
    'src/assets/images': `${assets}/images`,
    '.generated/openapi.json': 'api/openapi.json',
  });
  eleventy.addWatchTarget('src/assets/');

  return {
    dir: { input: 'src', output: '_site', includes: '_includes', data: '_data' },
    htmlTemplateEngine: 'njk',
    markdownTemplateEngine: 'njk',
  };
}
