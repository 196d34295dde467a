// Files that go with a post: chosen or dragged, several at a time, sent straight to the bucket when the post is sent.

import { button, el, fill, hiddenText } from './dom.js';
import { fileLink } from './file-link.js';
import { count } from './format.js';
import { fileProblem, fileSize, letDrop, objection, send } from './upload.js';

const KINDS = {
  'application/pdf': 'PDF',
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
  'text/plain': 'text',
  'message/rfc822': 'email',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel',
};

/** The files of a post, to download. `href(attachment_id)` is where each is. */
export function attachmentList(files, href) {
  if (!files?.length) return null;
  return el('ul', { class: 'portal-files', 'aria-label': 'Attached files' }, files.map(({ attachment_id: id, file_name: name, media_type: type, size_bytes: bytes }) =>
    el('li', {}, fileLink(href(id), name), el('span', { class: 'portal-files__size' }, ` (${[KINDS[type], fileSize(bytes)].filter(Boolean).join(', ')})`))));
}

/**
 * A field to attach files with. `limits` are {count_max, size_bytes_max, accept: [".pdf", ..]}; `begin(file)` asks the API
 * where a file goes and gives {upload_id, url, fields}. Gives `element`, its `control`, `count()`, `upload()`, which
 * sends what was not sent yet and gives the upload ids in their order, and `clear()`.
 */
export function attachmentField({ limits, begin, id = 'attachments', label = 'Attachments (optional)' }) {
  const most = limits?.count_max ?? 5;
  const rules = {
    what: 'a file that can be attached',
    endings: (limits?.accept ?? []).map((ending) => ending.replace(/^\./, '').toLowerCase()),
    sizeMax: limits?.size_bytes_max ?? 10_485_760,
    tooLarge: 'Save it smaller, or send it in parts',
  };
  const input = el('input', { class: 'govuk-file-upload', type: 'file', id, multiple: true, accept: (limits?.accept ?? []).join(','), 'aria-describedby': `${id}-hint` });
  const list = el('ul', { class: 'portal-files portal-files--chosen', 'aria-label': 'Files to attach' });
  const problems = el('div');
  const progress = el('div', { hidden: true });
  let files = [];

  const show = () => {
    list.hidden = !files.length;
    fill(list, files.map((each) => el('li', { dataset: { file: '' } }, [
      el('span', { class: 'portal-files__name' }, each.file.name, el('span', { class: 'portal-files__size' }, ` (${fileSize(each.file.size)})`)),
      el('button', { type: 'button', class: 'portal-link-button', on: { click: () => remove(each) } }, 'Remove', hiddenText(` ${each.file.name}`)),
    ])));
  };
  const remove = (each) => {
    files = files.filter((other) => other !== each);
    show();
    input.focus();
  };
  const refuse = (messages) => {
    fill(problems, messages.map((message) => el('p', { class: 'govuk-error-message', role: 'alert' }, hiddenText('Error: '), message)));
  };

  input.addEventListener('change', () => {
    const wrong = [];
    for (const file of input.files) {
      const said = objection(file, rules);
      const known = files.some(({ file: other }) => other.name === file.name && other.size === file.size && other.lastModified === file.lastModified);
      if (said) wrong.push(said);
      else if (known) continue;
      else if (files.length >= most) wrong.push(`“${file.name}” is not attached: ${count(most, 'file')} at most`);
      else files.push({ file, uploadId: null });
    }
    // The same file can be chosen again after it was removed.
    input.value = '';
    refuse(wrong);
    show();
  });
  show();

  const element = el('div', { class: 'govuk-form-group portal-drop' }, [
    el('label', { class: 'govuk-label govuk-label--s', for: id }, label),
    el('div', { class: 'govuk-hint', id: `${id}-hint` }, `Up to ${count(most, 'file')} of ${fileSize(rules.sizeMax)} each: ${kindsOf(rules.endings)}. Choose them, or drag them here.`),
    problems,
    input,
    list,
    progress,
  ]);
  letDrop(element, input);

  return {
    element,
    control: input,
    count: () => files.length,
    clear: () => {
      files = [];
      refuse([]);
      show();
    },
    async upload() {
      refuse([]);
      for (const each of files) {
        if (each.uploadId) continue;
        const { upload_id: uploadId, ...where } = await begin({ file_name: each.file.name, size_bytes: each.file.size });
        try {
          await send(each.file, where, progress);
        } catch (problem) {
          if (problem.name !== 'Problem' || problem.code === 'stopped') throw problem;
          throw fileProblem(`“${each.file.name}”: ${problem.says}`, 'attachments');
        }
        each.uploadId = uploadId;
      }
      return files.map(({ uploadId }) => uploadId);
    },
  };
}

const NAMES = { pdf: 'PDF', png: 'PNG', jpg: 'JPEG', docx: 'Word', xlsx: 'Excel', txt: 'text', eml: 'email' };

function kindsOf(endings) {
  const names = [...new Set(endings.filter((ending) => ending !== 'jpeg' || !endings.includes('jpg')).map((ending) => NAMES[ending] ?? ending.toUpperCase()))];
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
