// The response to a statement: confirm, reject, or query single lines and confirm the rest.

import { el, fill, hiddenText, paragraph } from './dom.js';
import { whileBusy } from './forms.js';
import { count, instant, money, sum } from './format.js';
import { extraRow, setOpen } from './table.js';

/**
 * The form under a statement. `kept` is what was typed before the statement was read again: {comment, queries: by item
 * id}. `send(kind, body)` sends a response. Gives the form's element, `query` for the lines, `controlFor(field)` for
 * problems, and `typed()`.
 */
export function responseForm(view, kept, send) {
  const said = kept?.queries ?? Object.fromEntries((view.response?.queries ?? []).map((each) => [each.item_id, each.comment]));
  const asked = new Map();
  const comment = textarea('comment', kept?.comment ?? '');
  const tally = el('p', { class: 'govuk-body', role: 'status' });
  const confirm = el('button', { type: 'submit', class: 'govuk-button' });
  const reject = el('button', { type: 'submit', class: 'govuk-button govuk-button--warning', value: 'reject' }, 'Reject statement');
  const element = el(
    'form',
    { class: 'portal-respond', method: 'post', 'aria-labelledby': 'respond-heading', novalidate: true },
    view.can_respond ? introduction(view) : outstanding(),
    view.can_respond ? tally : null,
    el(
      'div',
      { class: 'govuk-form-group' },
      el('label', { class: 'govuk-label govuk-label--s', for: 'comment' }, 'Comment'),
      el('div', { class: 'govuk-hint', id: 'comment-hint' }, view.can_respond ? 'You need to give one if you reject. The council reads it.' : 'If there is something the council should know'),
      comment,
    ),
    el('div', { class: 'govuk-button-group' }, confirm, view.can_respond ? reject : null),
  );

  const ticked = () => [...asked.values()].filter(({ box }) => box.checked);
  const update = () => {
    const lines = ticked();
    confirm.textContent = confirmText(view, lines.length);
    fill(tally, tallyText(lines));
  };

  /** The cell of a line with its checkbox, and the row below with the comment. */
  const query = (line, columns, name) => {
    const entry = queryOf(line, columns, name, said[line.item_id]);
    asked.set(line.item_id, entry);
    entry.box.addEventListener('change', update);
    return entry;
  };

  element.addEventListener('submit', (event) => {
    event.preventDefault();
    const rejecting = event.submitter === reject;
    whileBusy(element, () => send(...answer(view, rejecting, comment.value, ticked())));
  });
  // Lines are added to the form by the tables, which are built after it.
  queueMicrotask(update);

  return {
    element,
    query,
    controlFor: (field) => controlFor(field, comment, ticked()),
    typed: () => ({
      comment: comment.value,
      queries: Object.fromEntries(ticked().map(({ line, words }) => [line.item_id, words.value])),
    }),
  };
}

function introduction({ confirm_by: deadline, response }) {
  const again = response?.by ? 'You can change your response until then.' : '';
  return [
    el('h2', { class: 'govuk-heading-m', id: 'respond-heading' }, 'Respond to this statement'),
    paragraph(
      'Confirm it if the lines are right. If single lines are wrong, tick “Query” beside them, say what is wrong, and confirm the rest.',
      deadline ? ` Respond by ${instant(deadline)}. ${again}` : '',
    ),
  ];
}

function outstanding() {
  return [
    el('h2', { class: 'govuk-heading-m', id: 'respond-heading' }, 'Confirm what is outstanding'),
    paragraph('Lines of this statement are held because it was not confirmed. When you confirm it, they are paid with the next statement.'),
  ];
}

function confirmText(view, lines) {
  if (!view.can_respond) return 'Confirm what is outstanding';
  return lines ? `Query ${count(lines, 'line')} and confirm the rest` : 'Confirm statement';
}

function tallyText(lines) {
  if (!lines.length) return 'You have not queried any line.';
  return `You are querying ${count(lines.length, 'line')}, ${money(sum(lines.map(({ line }) => line.amount)))} altogether.`;
}

function answer({ digest }, rejecting, comment, lines) {
  if (rejecting) return ['rejection', { digest, comment }];
  if (!lines.length) return ['confirmation', { digest, comment }];
  const queried = lines.map(({ line, words }) => ({ item_id: line.item_id, comment: words.value }));
  return ['queries', { digest, comment, lines: queried }];
}

function queryOf(line, columns, name, before) {
  const id = `query-${line.item_id}`;
  const words = textarea(`${id}-comment`, before ?? '', 2);
  const extra = extraRow(columns, `${id}-row`, el(
    'div',
    { class: 'govuk-form-group govuk-!-margin-bottom-0' },
    el('label', { class: 'govuk-label govuk-label--s', for: words.id }, 'What is wrong with this line?', hiddenText(` ${name}`)),
    words,
  ));
  const box = el('input', { class: 'govuk-checkboxes__input', type: 'checkbox', id, checked: before !== undefined, 'aria-controls': extra.id, 'aria-expanded': 'false' });
  box.addEventListener('change', () => setOpen(extra, box, box.checked));
  extra.hidden = before === undefined;
  box.setAttribute('aria-expanded', String(!extra.hidden));
  const cell = el(
    'div',
    { class: 'govuk-checkboxes govuk-checkboxes--small' },
    el('div', { class: 'govuk-checkboxes__item' }, box, el('label', { class: 'govuk-label govuk-checkboxes__label', for: id }, 'Query', hiddenText(` ${name}`))),
  );
  return { line, box, words, extra, cell, open: box.checked };
}

function textarea(id, value, rows = 4) {
  const area = el('textarea', { class: 'govuk-textarea', id, name: id, rows, 'aria-describedby': id === 'comment' ? 'comment-hint' : null });
  area.value = value;
  return area;
}

// The server names a line by its item.
function controlFor(field, comment, lines) {
  if (!field || field === 'comment') return comment;
  const line = lines.find((each) => each.line.item_id === field) ?? lines[0];
  return line?.words ?? comment;
}
