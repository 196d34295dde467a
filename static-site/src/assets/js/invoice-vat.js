// The VAT invoice of a standard-rated contract: attached, checked, and the supplier's own figure.

import { post } from './api.js';
import { el, fill, hiddenText, paragraph, summaryList, tag } from './dom.js';
import { fileLink } from './file-link.js';
import { instant, money } from './format.js';
import { whileBusy } from './forms.js';
import { fileProblem, fileSize, megabytes, objection, send } from './upload.js';

const RULES = {
  what: 'a PDF, PNG or JPEG file',
  endings: ['pdf', 'png', 'jpg', 'jpeg'],
  others: { doc: 'This is a Word document. Save it as a PDF and choose that', docx: 'This is a Word document. Save it as a PDF and choose that', heic: 'This is a photo in Apple’s format. Save it as a JPEG and choose that' },
  sizeMax: megabytes(10),
  tooLarge: 'Save it as a smaller PDF, or scan it at a lower resolution',
};

/** The box. `attached(view)` takes the document as it is after a file was attached; `problem(problem, control)` shows one. */
export function vatBox(view, api, { attached, problem }) {
  const { vat, attachment } = view;
  if (!vat?.needs_invoice) return null;
  return el('section', { class: 'portal-invoice__vat', 'aria-labelledby': 'vat-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'vat-heading' }, 'VAT invoice'),
    paragraph('This contract is standard-rated. The council can pay VAT only with your own VAT invoice and a valid VAT registration number.'),
    summaryList([
      ['VAT registration number', [vat.number ?? 'None', ' ', vat.number_valid ? tag('Valid', 'green') : tag('Not valid', 'red'), vat.number_valid ? null : el('p', { class: 'govuk-body-s' }, 'Ask the council to correct your VAT registration number: nothing can be submitted until it is right.')]],
      ['VAT invoice', attachment ? [fileLink(`${api}/attachment`, [attachment.file_name, hiddenText(' (VAT invoice)')]), ` ${fileSize(attachment.size_bytes)}`, attachment.checked_at ? ` · checked at ${instant(attachment.checked_at)}` : ''] : 'Not attached yet'],
      ['VAT we calculate', money(vat.tax)],
      [view.state === 'draft' ? null : 'VAT on your invoice', vat.suppliers_tax && money(vat.suppliers_tax)].map((each) => each ?? ''),
    ].filter(([term]) => term)),
    view.can_attach ? attach(view, api, { attached, problem }) : null,
    // What was claimed is not changed by an answer to a dispute.
    view.can_attach && view.state === 'draft' ? ownFigure(view) : null,
  ]);
}

function ownFigure({ vat }) {
  const input = el('input', { class: 'govuk-input govuk-input--width-10', id: 'suppliers_tax', name: 'suppliers_tax', type: 'text', inputmode: 'decimal', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'suppliers_tax-hint' });
  input.value = vat.suppliers_tax ?? '';
  return el('div', { class: 'govuk-form-group portal-no-print' }, [
    el('label', { class: 'govuk-label govuk-label--s', for: 'suppliers_tax' }, 'VAT on your own invoice (optional)'),
    el('div', { class: 'govuk-hint', id: 'suppliers_tax-hint' }, `Only if it is not ${money(vat.tax)}. Rounding may make a penny for each line.`),
    el('div', { class: 'govuk-input__wrapper' }, el('div', { class: 'govuk-input__prefix', 'aria-hidden': 'true' }, '£'), input),
  ]);
}

function attach({ attachment }, api, { attached, problem }) {
  const input = el('input', { class: 'govuk-file-upload', id: 'vat-file', name: 'file', type: 'file', accept: '.pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg', 'aria-describedby': 'vat-file-hint' });
  const progress = el('div', { hidden: true });
  const form = el('form', { class: 'portal-no-print', method: 'post', novalidate: true, 'aria-label': 'Attach the VAT invoice' }, [
    el('div', { class: 'govuk-form-group' }, [
      el('label', { class: 'govuk-label govuk-label--s', for: 'vat-file' }, attachment ? 'Attach another VAT invoice instead' : 'Attach your VAT invoice'),
      el('div', { class: 'govuk-hint', id: 'vat-file-hint' }, 'PDF, PNG or JPEG, up to 10 MB'),
      input,
    ]),
    progress,
    el('button', { type: 'submit', class: 'govuk-button govuk-button--secondary' }, attachment ? 'Replace' : 'Attach'),
  ]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    whileBusy(form, async () => {
      try {
        const [file] = input.files;
        const wrong = objection(file, RULES);
        if (wrong) throw fileProblem(wrong);
        const where = await post(`${api}/attachment`, { file_name: file.name, size_bytes: file.size });
        await send(file, where, progress);
        fill(progress, paragraph('Checking the file…'));
        progress.hidden = false;
        attached(await post(`${api}/attachment/check`));
      } catch (failure) {
        progress.hidden = true;
        if (failure.name !== 'Problem') throw failure;
        problem(failure, input);
      }
    });
  });
  return form;
}
