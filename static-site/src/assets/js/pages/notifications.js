// Which emails somebody gets about the provider portal.
import { get, put } from '../api.js';
import { el, fill, find, paragraph, show, told, warningText } from '../dom.js';
import { checkboxes, chosen } from '../fields.js';
import { clearErrors, onSubmit } from '../forms.js';
import { instant } from '../format.js';
import { start } from '../page.js';

const API = '/api/account/notifications';

start(async () => {
  const form = find('[data-form]');
  showSettings(await get(API));
  show(form, true);
  onSubmit(form, async () => {
    const after = await put(API, { daily: chosen(form, 'daily'), immediate: chosen(form, 'immediate') });
    clearErrors();
    showSettings(after);
    told('Your email notifications are saved.');
  }, { controlFor: (field) => document.getElementById(field) });
});

function showSettings({ daily = [], immediate = [], email_state: state }) {
  fill(find('[data-region]'), emailWarning(state));
  const options = (all) => all.filter(({ fixed }) => !fixed).map(({ area, title, line }) => ({ value: area, text: title, hint: line }));
  const on = (all) => all.filter((each) => each.on).map(({ area }) => area);
  fill(find('[data-fields]'), [
    checkboxes({ id: 'daily', legend: 'Once a day', hint: 'One email in the morning, with what was new the day before', options: options(daily), values: on(daily) }),
    checkboxes({ id: 'immediate', legend: 'Immediately', options: options(immediate), values: on(immediate) }),
    // What cannot be turned off is said, not offered.
    immediate.filter(({ fixed }) => fixed).map(({ title, line }) => paragraph(el('strong', {}, `${title}: `), `${(line ?? '').replace(/\.$/, '')}. This email is always sent.`)),
  ]);
}

function emailWarning(state) {
  if (state?.state === 'bounced') return warningText(`Emails to you do not arrive${state.at ? ` since ${instant(state.at)}` : ''}, so nothing is sent. Ask the council’s helpdesk to correct your address.`);
  if (state?.state === 'complained') return warningText(`An email to you was marked as junk${state.at ? ` at ${instant(state.at)}` : ''}, so no notifications are sent. Ask the council’s helpdesk to turn them on again.`);
  return null;
}
