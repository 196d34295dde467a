// A file's way straight into the bucket: checked for what the page can know, sent by the form the API gives, with progress.

import { Problem } from './api.js';
import { announce, button, el, fill, show } from './dom.js';

// As the limits are counted, and as Windows shows sizes.
const MEGABYTE = 1_048_576;
/** The most that is taken, in bytes. */
export const megabytes = (number) => number * MEGABYTE;
const SAY_EVERY_PERCENT = 25;

/** A number of bytes as people say it: "3.1 MB", "12 KB". */
export function fileSize(bytes) {
  // Rounded up, so that what is too large never reads like the most that is taken.
  const tenths = Math.ceil(bytes / (MEGABYTE / 10));
  if (bytes >= MEGABYTE / 10) return `${Math.floor(tenths / 10)}${tenths % 10 ? `.${tenths % 10}` : ''} MB`;
  return `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

/**
 * What can be told of a file before it is sent; null if nothing is wrong with it. `endings` are those that are taken,
 * `others` say for some other ending what to do, `sizeMax` is in bytes.
 */
export function objection(file, { what, endings, others = {}, sizeMax, tooLarge }) {
  if (!file) return `Choose ${what}`;
  const ending = /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toLowerCase() ?? '';
  if (!endings.includes(ending)) return others[ending] ?? `“${file.name}” is not ${what}. Choose a file that ends in ${list(endings.map((each) => `.${each}`))}`;
  if (file.size === 0) return `“${file.name}” is empty. Save it again, then choose it once more`;
  if (file.size > sizeMax) return `“${file.name}” has ${fileSize(file.size)}. The most is ${fileSize(sizeMax)}. ${tooLarge}`;
  return null;
}

const list = (words) => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`);

/** Lets a file be dragged onto `zone`, as if it had been chosen in `input`. Nobody needs to: the input is there too. */
export function letDrop(zone, input) {
  const mark = (over) => zone.classList.toggle('portal-drop--over', over);
  zone.addEventListener('dragover', (event) => {
    if (input.disabled || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    mark(true);
  });
  zone.addEventListener('dragleave', ({ relatedTarget: to }) => (to && zone.contains(to) ? undefined : mark(false)));
  zone.addEventListener('drop', (event) => {
    if (input.disabled || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    mark(false);
    // Of several, the input takes what it would take if they were chosen: the first, or all.
    const taken = new DataTransfer();
    for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) taken.items.add(file);
    input.files = taken.files;
    announce(`${[...input.files].map(({ name }) => name).join(', ')} chosen`);
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

/** A problem with the chosen file, as the API would put it. */
export function fileProblem(message, field = 'file') {
  return new Problem({ status: 422, code: 'file', title: 'Check the file', errors: [{ field, message }] });
}

/**
 * Sends `file` to where `{url, fields}` say, and shows how far it is in `region`. Stopped by the person: a problem with
 * the code `stopped`.
 */
export function send(file, { url, fields }, region) {
  const bar = el('progress', { max: 100, value: 0, 'aria-label': `Uploading ${file.name}` });
  const words = el('p', { class: 'govuk-body govuk-!-margin-bottom-2' }, 'Starting…');
  const form = new FormData();
  // The bucket reads no field that comes after the file.
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (problem) => reject(new Problem(problem));
    let told = 0;
    request.upload.addEventListener('progress', ({ lengthComputable, loaded, total }) => {
      if (!lengthComputable) return;
      const percent = Math.floor((loaded / total) * 100);
      bar.value = percent;
      words.textContent = percent < 100 ? `${percent}% of ${fileSize(file.size)} uploaded` : `All ${fileSize(file.size)} uploaded. Waiting for the answer…`;
      if (percent >= told + SAY_EVERY_PERCENT) {
        told = percent - (percent % SAY_EVERY_PERCENT);
        announce(`${told}% uploaded`);
      }
    });
    request.addEventListener('load', () => (request.status >= 200 && request.status < 300 ? resolve() : fail(refusal(request))));
    request.addEventListener('error', () => fail({ code: 'no-answer', title: 'The file did not arrive', detail: 'The connection was lost. Check that you are connected to the internet, then upload the file again.' }));
    request.addEventListener('abort', () => fail({ code: 'stopped', title: 'You stopped the upload', detail: 'You stopped the upload. Nothing was recorded.' }));
    request.open('POST', url);
    request.send(form);
    fill(region, el('div', { class: 'portal-progress' }, bar, words, button('Stop the upload', () => request.abort())));
    show(region, true);
  }).finally(() => {
    fill(region);
    show(region, false);
  });
}

// The bucket answers in XML: only its code says something here.
function refusal({ status, responseText }) {
  const code = /<Code>(\w+)<\/Code>/.exec(responseText ?? '')?.[1];
  const detail = {
    EntityTooLarge: 'The file is larger than is allowed. Split it, for example by service, and upload the parts.',
    EntityTooSmall: 'The file is empty. Save it again, then upload it.',
    ExpiredToken: 'It took too long to begin. Upload the file again.',
  }[code] ?? 'Upload the file again. If that does not help, contact support.';
  return { status, code: 'upload-refused', title: 'The file was not taken', detail };
}
