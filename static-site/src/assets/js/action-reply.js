// Answering in an action: a reply with its files, done, and reopened. For both sides.

import { Problem } from './api.js';
import { attachmentField } from './attachments.js';
import { el, paragraph } from './dom.js';
import { selectInput, textArea } from './fields.js';
import { clearErrors, orSay, requestId } from './forms.js';

/**
 * What can be done with an action, as `view.can` says. `assign` is {label, hint, options, value}: to whom a reply goes.
 * `begin(body)` asks where a file goes. `send(what, body, assignee)` sends `posts`, `completion` or `reopening` and shows
 * what comes of it. `kept` is what was typed before the action had to be read again, `onProblem` what to do then.
 * Gives null if nothing can be done; otherwise `element` and `typed()`.
 */
export function replyForm(view, { assign, begin, send, kept = null, onProblem = null }) {
  const { can = {} } = view;
  if (!can.reply && !can.complete && !can.reopen) return null;
  const reopening = can.reopen && !can.reply;
  const id = kept?.requestId ?? requestId();
  const text = textArea({ id: 'text', label: reopening ? 'Why do you reopen it?' : 'Your reply', rows: 6, lengthMax: view.text_length_max ?? null, value: kept?.text ?? '' });
  const files = can.reply ? (kept?.files ?? attachmentField({ limits: view.attachments, begin })) : null;
  const to = can.reply ? selectInput({ id: 'assignee', label: assign.label, hint: assign.hint ?? null, options: assign.options, value: kept?.assignee ?? assign.value ?? '' }) : null;
  const words = () => text.querySelector('textarea').value.trim();
  const controlFor = (field) => (field?.startsWith('attachment') ? files?.control : ['team_ref', 'assign_to'].includes(field) ? to?.querySelector('select') : text.querySelector('textarea'));
  const say = (form, work) => orSay(form, work, { controlFor, onProblem });

  const reply = async () => {
    if (!words() && !files.count()) throw missing('Enter your reply');
    const attachments = await files.upload();
    await send('posts', { request_id: id, text: words(), attachments }, to.querySelector('select').value);
  };
  const complete = async () => {
    if (files?.count()) throw new Problem({ status: 422, code: 'attachments', title: 'Send your files first', errors: [{ field: 'attachments', message: 'Send your reply with its files first, then mark the action as done' }] });
    await send('completion', { request_id: id, text: words() || null });
  };
  const reopen = async () => {
    if (!words()) throw missing('Enter why you reopen it');
    await send('reopening', { request_id: id, text: words() });
  };

  const element = el('form', { class: 'portal-next portal-no-print', method: 'post', novalidate: true, 'aria-labelledby': 'reply-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'reply-heading' }, reopening ? 'Reopen' : can.reply ? 'Reply' : 'Finish'),
    reopening ? paragraph('This action is done. If it is not settled after all, reopen it and say why.') : null,
    text,
    files?.element,
    to,
    can.complete && can.reply ? el('p', { class: 'govuk-body-s' }, 'If everything is settled, mark the action as done: what you typed goes along. It can be reopened later.') : null,
    el('div', { class: 'govuk-button-group' }, [
      can.reply ? el('button', { type: 'submit', class: 'govuk-button', value: 'reply' }, 'Send reply') : null,
      can.complete ? el('button', { type: 'submit', class: `govuk-button${can.reply ? ' govuk-button--secondary' : ''}`, value: 'complete' }, 'Mark as done') : null,
      reopening ? el('button', { type: 'submit', class: 'govuk-button', value: 'reopen' }, 'Reopen') : null,
    ]),
  ]);
  const works = { reply, complete, reopen };
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    const what = event.submitter?.value ?? (reopening ? 'reopen' : can.reply ? 'reply' : 'complete');
    say(element, async () => {
      clearErrors();
      await works[what]();
    });
  });
  return { element, typed: () => ({ text: text.querySelector('textarea').value, files, assignee: to?.querySelector('select').value, requestId: id }) };
}

const missing = (message) => new Problem({ status: 422, code: 'invalid', title: 'Check your reply', errors: [{ field: 'text', message }] });
