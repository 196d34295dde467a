// Builds src/ to plain HTML, CSS and ES modules in _site/. Nothing is bundled: what the browser loads is what is here.
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import nunjucks from 'nunjucks';
import * as sass from 'sass';

const here = path.dirname(fileURLToPath(import.meta.url));
const govuk = path.join(here, 'node_modules/govuk-frontend/dist');

export default function (eleventy) {
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

  eleventy.addPassthroughCopy({
    'src/assets/js': 'assets/js',
    'src/assets/images': 'assets/images',
    'node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js': 'assets/vendor/govuk-frontend.min.js',
  });
  eleventy.addWatchTarget('src/assets/');

  return {
    dir: { input: 'src', output: '_site', includes: '_includes', data: '_data' },
    htmlTemplateEngine: 'njk',
    markdownTemplateEngine: 'njk',
  };
}
