// The actuals of a contract in a period: week by week and service by service, saved as they are typed, then confirmed.
import { get, post, withQuery } from '../api.js';
import { Period } from '../actuals-period.js';
import { gridKeys, weekTable } from '../actuals-grid.js';
import { Saver } from '../actuals-saving.js';
import { announce, button, el, fill, find, hiddenText, insetText, link, notification, paragraph, summaryList, tag, warningText } from '../dom.js';
import { clearErrors, remedies, showProblem, whileBusy } from '../forms.js';
import { count, dates, instant, money, shortDate, shortDates } from '../format.js';
import { createButton } from '../invoice-create.js';
import { start } from '../page.js';
import { here, withReturn } from '../paths.js';
import { setTitle } from '../title.js';
import { actualsPeriod, actualsWord } from '../words.js';

const query = new URLSearchParams(location.search);
const contract = query.get('contract') ?? '';
const start_date = query.get('period') ?? '';
const api = `/api/actuals/${encodeURIComponent(contract)}/${encodeURIComponent(start_date)}`;
const MISSING_SHOWN_MAX = 12;
const SEARCH_FROM_LINES = 16;
const ALL = 'all';

let session = null;
let period = null;
let saver = null;
let rows = [];
// Parts of the page that change while it is open.
const parts = { weeks: el('div'), grid: null, bar: null, confirm: el('div'), confirmShown: null };

start(async (who) => {
  session = who;
  show(await get(api));
  addEventListener('popstate', showWeek);
});

function show(view) {
  parts.confirmShown = null;
  period = new Period(view);
  saver = new Saver({ api, period, changed, readAgain: async () => period.adopt(await get(api)) });
  parts.bar = saveBar();
  const span = dates(view.period_start, view.period_end);
  const name = `${view.contract_name ?? view.contract_ref}, ${span}`;
  find('[data-heading]').textContent = name;
  setTitle(`${actualsWord(view.kind)}: ${name}`);
  parts.grid = el('div');
  gridKeys(parts.grid);
  parts.grid.addEventListener('restore', ({ detail: input }) => rows.find((row) => row.inputs[input.dataset.column] === input)?.restore(input.dataset.column));
  fill(find('[data-region]'), head(), parts.weeks, parts.grid, parts.bar.element, parts.confirm);
  showTags();
  showWeek();
  bar();
  showConfirm();
}

function showTags() {
  const { word, colour } = actualsPeriod(period.view.state);
  fill(find('[data-tags]'), tag(word, colour));
}

// ------------------------------------------------------------------------------------------------ what it is about

function head() {
  const { view } = period;
  return [
    view.late ? warningText(lateText(view)) : null,
    view.can_enter || !view.why_not ? null : insetText(paragraph(view.why_not)),
    summaryList([
      ['Contract', `${view.contract_name ?? ''} (${view.contract_ref})`],
      ['Confirm by', el('strong', {}, instant(view.deadline))],
      ['Paid on', view.window && paidText(view)],
      ['Confirmed', view.submitted_at && `${instant(view.submitted_at)}${view.submitted_by ? ` by ${view.submitted_by}` : ''}`],
    ], 'portal-facts'),
    el('ul', { class: 'portal-links' }, [
      el('li', {}, el('a', { class: 'govuk-link', href: `${api}/template.xlsx`, download: true }, 'Download this period (XLSX)')),
      el('li', {}, el('a', { class: 'govuk-link', href: `${api}/template.csv`, download: true }, 'Download this period (CSV)')),
      view.can_enter ? el('li', {}, link(withQuery('/actuals/upload/', { contract, period: start_date }), 'Upload a file')) : null,
      el('li', {}, el('button', { type: 'button', class: 'portal-link-button', on: { click: () => print() } }, 'Print')),
    ]),
  ];
}

const paidText = ({ late, window: { deadline, pay_date: pay } }) => `${shortDate(pay)}${late ? `, in the window that closes at ${instant(deadline)}` : ', if it is invoiced and approved by then'}`;

function lateText({ window }) {
  return `The deadline of this period has passed. ${window ? `Late: will be paid in the window that closes at ${instant(window.deadline)}.` : 'Late: will be paid in a later window.'}`;
}

// ------------------------------------------------------------------------------------------------------- the weeks

const weeks = () => period.view.weeks;
const ofWeek = (week) => period.entries.filter((entry) => entry.week.week_start === week && entry.week.active);

function chosenWeek() {
  const wanted = new URLSearchParams(location.search).get('week');
  if (wanted === ALL || weeks().includes(wanted)) return wanted;
  return weeks().find((week) => ofWeek(week).some((entry) => entry.missing)) ?? weeks()[0];
}

const weekPath = (week) => withQuery('/actuals/period/', { contract, period: start_date, week });

function goToWeek(week) {
  history.pushState(null, '', weekPath(week));
  showWeek();
}

function showWeek() {
  const chosen = chosenWeek();
  rows = [];
  fill(parts.weeks, weekList(chosen));
  fill(parts.grid, chosen === ALL ? weeks().map((week) => weekSection(week)) : weekSection(chosen), turns(chosen));
}

const lastDay = (week) => {
  const day = new Date(`${week}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 6);
  return day.toISOString().slice(0, 10);
};

function weekList(chosen) {
  return el(
    'nav',
    { class: 'portal-weeks portal-no-print', 'aria-label': 'Weeks of this period' },
    el('ul', { class: 'portal-weeks__list' }, [
      ...weeks().map((week, index) => weekLink(week, chosen, [
        el('span', { class: 'portal-weeks__name' }, `Week ${index + 1}`, hiddenText(', ')),
        el('span', { class: 'portal-weeks__dates' }, shortDates(week, lastDay(week)).replace(/ \d{4}$/, ''), hiddenText(', ')),
        el('span', { class: 'portal-weeks__state' }, weekState(week)),
      ])),
      weekLink(ALL, chosen, [el('span', { class: 'portal-weeks__name' }, 'All weeks'), el('span', { class: 'portal-weeks__state' }, 'on one page')]),
    ]),
  );
}

function weekLink(week, chosen, content) {
  const follow = (event) => {
    event.preventDefault();
    goToWeek(week);
    (find('h2', parts.grid)).focus();
  };
  return el('li', {}, el('a', { class: 'portal-weeks__link', href: weekPath(week), 'aria-current': week === chosen ? 'page' : null, dataset: { week }, on: { click: follow } }, content));
}

function weekState(week) {
  const entries = ofWeek(week);
  if (!entries.length) return 'No care';
  if (entries.every((entry) => entry.week.future)) return 'Not begun';
  const missing = entries.filter((entry) => entry.missing).length;
  const held = entries.filter((entry) => entry.week.held).length;
  return [missing ? `${missing} of ${entries.length} to enter` : 'All entered', held ? `${held} held` : null].filter(Boolean).join(', ');
}

function showWeekStates() {
  for (const anchor of parts.weeks.querySelectorAll('[data-week]')) {
    if (anchor.dataset.week !== ALL) find('.portal-weeks__state', anchor).textContent = weekState(anchor.dataset.week);
  }
}

function weekSection(week) {
  const entries = ofWeek(week);
  const services = period.view.services.map((service) => [service, entries.filter((entry) => entry.service === service)]).filter(([, all]) => all.length);
  const heading = el('h2', { class: 'govuk-heading-m', tabindex: '-1', id: `week-${week}` }, `Week of ${dates(week, lastDay(week))}`);
  if (!entries.length) return [heading, paragraph('No care was commissioned in this week.')];
  const future = entries.every((entry) => entry.week.future);
  return [
    heading,
    future ? insetText(paragraph('This week has not begun. Care cannot be entered for a future week.')) : null,
    period.view.can_enter && !future ? tools(week, services) : null,
    entries.length >= SEARCH_FROM_LINES ? search(week) : null,
    services.map(([service, all]) => serviceTable(service, week, all)),
  ];
}

function serviceTable(service, week, entries) {
  const made = weekTable({
    service,
    week,
    entries,
    reasons: { codes: period.view.reason_codes ?? [], commentNeeded: period.view.comment_on_difference },
    editable: period.view.can_enter,
    on: {
      type: (entry, field, value) => {
        entry.type(field, value);
        saver.typed(entry);
      },
      left: (entry) => saver.left(entry),
      theirs: (entry) => {
        saver.keepTheirs(entry);
        entry.row.control()?.focus();
      },
      mine: (entry) => {
        saver.keepMine(entry);
        entry.row.control()?.focus();
      },
    },
  });
  rows.push(...made.rows);
  return made.element;
}

function tools(week, services) {
  const said = el('p', { class: 'govuk-body portal-tools__said', role: 'status' });
  const fillIn = (path, body, done) => ({ currentTarget }) => whileBusy(currentTarget, () => orSay(async () => {
    await saver.flush();
    const before = ofWeek(week).filter((entry) => entry.week.recorded).length;
    period.adopt(await post(`${api}/${path}`, body));
    for (const entry of saver.unsaved) entry.rebase();
    clearErrors();
    refresh();
    const filled = ofWeek(week).filter((entry) => entry.week.recorded).length - before;
    const missing = ofWeek(week).filter((entry) => entry.missing && [null, entry.service.service_ref].includes(body.service_ref));
    const left = missing.length;
    const why = path === 'as-planned' && missing.some((entry) => entry.service.visits_required) ? ', because visits have to be counted' : '';
    said.textContent = [
      filled ? `${count(filled, 'entry', 'entries')} filled in ${done}.` : null,
      left ? `${count(left, 'line')} cannot be filled in ${done}: enter ${left === 1 ? 'it' : 'them'} yourself${why}.` : null,
      filled || left ? null : 'Everything is entered already, and stays as it is.',
    ].filter(Boolean).join(' ');
  }));
  const asPlanned = (service) => fillIn('as-planned', { week_start: week, service_ref: service }, 'as planned');
  const copied = fillIn('copy-last-week', { week_start: week, service_ref: null }, 'from the week before');
  return el('div', { class: 'portal-tools portal-no-print' }, [
    el('div', { class: 'govuk-button-group' }, [
      button('All as planned', asPlanned(null), { hidden: `for the week of ${shortDate(week)}` }),
      button('Copy last week', copied, { hidden: `into the week of ${shortDate(week)}` }),
    ]),
    services.length > 1 ? el('ul', { class: 'portal-links' }, services.map(([service]) => el('li', {}, el('button', {
      type: 'button', class: 'portal-link-button', on: { click: asPlanned(service.service_ref) },
    }, `As planned: ${service.name}`)))) : null,
    said,
    el('p', { class: 'govuk-hint portal-tools__keys' },
      'These fill in only what is not entered yet. Everything is saved as you go. ',
      el('span', { class: 'portal-tools__keyboard' }, 'Tab moves along a row, Enter and the arrow keys down and up a column, and Escape puts back what was there.')),
  ]);
}

function search(week) {
  const id = `search-${week}`;
  const input = el('input', { class: 'govuk-input', id, type: 'search', autocomplete: 'off', spellcheck: 'false' });
  const box = el('input', { class: 'govuk-checkboxes__input', type: 'checkbox', id: `${id}-missing` });
  const update = () => {
    const wanted = input.value.trim().toLowerCase();
    const found = rows.filter(({ entry }) => entry.week.week_start === week).filter((row) => {
      const { line } = row.entry;
      const fits = [line.client, line.ss_ref, line.cpli_id].some((text) => (text ?? '').toLowerCase().includes(wanted)) && (!box.checked || row.entry.missing);
      row.hide(!fits);
      return fits;
    });
    announce(count(found.length, 'line'));
  };
  input.addEventListener('input', update);
  box.addEventListener('change', update);
  return el('div', { class: 'portal-find portal-no-print' }, [
    el('div', {}, el('label', { class: 'govuk-label', for: id }, 'Find a client, SSRef or CPLI'), input),
    el('div', { class: 'govuk-checkboxes govuk-checkboxes--small' }, el('div', { class: 'govuk-checkboxes__item' }, box, el('label', { class: 'govuk-label govuk-checkboxes__label', for: box.id }, 'Only what is not entered yet'))),
  ]);
}

function turns(chosen) {
  const at = weeks().indexOf(chosen);
  if (at < 0) return null;
  const step = (to, text, rel) => to && el('div', { class: `govuk-pagination__${rel}` }, el('a', {
    class: 'govuk-link govuk-pagination__link', href: weekPath(to), rel, on: { click: (event) => { event.preventDefault(); goToWeek(to); find('h2', parts.grid).focus(); } },
  }, el('span', { class: 'govuk-pagination__link-title' }, text), hiddenText(`: ${shortDates(to, lastDay(to))}`)));
  return el('nav', { class: 'govuk-pagination portal-no-print', 'aria-label': 'Week before and after' }, [
    step(weeks()[at - 1], 'Week before', 'prev'),
    step(weeks()[at + 1], 'Next week', 'next'),
  ]);
}

function refresh() {
  for (const row of rows) row.refresh();
  bar();
  showWeekStates();
  showConfirm();
  showTags();
}

// --------------------------------------------------------------------------------------------- sums and how saving stands

function saveBar() {
  const amount = () => el('strong', { class: 'portal-bar__amount' });
  const [owed, held, left] = [amount(), amount(), amount()];
  const state = el('span', { class: 'portal-bar__state' });
  const now = el('span', { class: 'portal-bar__state', 'aria-hidden': 'true' });
  const act = el('span');
  const element = el('div', { class: 'portal-bar' }, [
    el('dl', { class: 'portal-bar__sums' }, [['Owed', owed], ['Held', held], ['To enter', left]].map(([term, value]) => el('div', {}, el('dt', {}, term), el('dd', {}, value)))),
    el('div', { class: 'portal-bar__saving portal-no-print' }, el('span', { role: 'status' }, state), now, act),
  ]);
  return { element, owed, held, left, state, now, act };
}

/** Shows sums and states. What is said aloud changes only when there is something to know. */
function bar() {
  const { totals } = period.view;
  parts.bar.owed.textContent = money(period.owed());
  parts.bar.held.textContent = money(totals.held);
  parts.bar.left.textContent = String(period.missing.length);
  const { says, passing, act } = saving();
  if (parts.bar.state.textContent !== says) parts.bar.state.textContent = says;
  // It stays where it is said aloud, so that it is said once.
  parts.bar.state.classList.toggle('govuk-visually-hidden', passing !== null);
  parts.bar.now.textContent = passing ?? '';
  if (parts.bar.acts !== says) fill(parts.bar.act, act);
  parts.bar.acts = says;
}

const TIME = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

function saving() {
  const { unsaved } = saver;
  const of = (state) => unsaved.filter(({ save }) => save.state === state);
  const wrong = [...of('refused'), ...of('conflict')];
  const before = saver.savedAt ? `Saved ${TIME.format(saver.savedAt)}` : '';
  const said = { says: before, passing: null, act: null };
  if (of('signed-out').length) return { ...said, says: 'Not saved: your session has ended.', act: [' ', el('a', { class: 'govuk-link', href: withReturn('/', here()), target: '_blank', rel: 'noopener' }, 'Sign in again in a new tab')] };
  if (of('waiting').length) return { ...said, says: 'Not saved: the portal did not answer. What you typed is kept and tried again.', act: [' ', el('button', { type: 'button', class: 'portal-link-button', on: { click: () => saver.tryNow() } }, 'Try now')] };
  if (wrong.length) return { ...said, says: `Not saved: ${count(wrong.length, 'entry needs', 'entries need')} your attention.`, act: [' ', el('button', { type: 'button', class: 'portal-link-button', on: { click: () => goTo(wrong[0]) } }, 'Show')] };
  if (of('saving').length) return { ...said, passing: 'Saving…' };
  if (unsaved.length) return { ...said, passing: 'Not saved yet' };
  return said;
}

function changed(entry) {
  if (entry.row?.below.isConnected) entry.row.refresh();
  bar();
  const { state, problem } = entry.save;
  if (state === 'refused') announce(`Not saved: ${entry.name}: ${(problem.errors[0]?.message ?? problem.says)}`);
  if (state === 'conflict') announce(`Not saved: somebody else entered ${entry.name}. Choose which stays.`);
  if (['saved', 'refused', 'conflict', 'quiet'].includes(state)) {
    showWeekStates();
    showConfirm();
    showTags();
  }
}

// ------------------------------------------------------------------------------------------------------ confirming

function goTo(entry, field = 'actual') {
  const chosen = chosenWeek();
  if (chosen !== ALL && chosen !== entry.week.week_start) goToWeek(entry.week.week_start);
  const control = entry.row?.control(field);
  control?.scrollIntoView({ block: 'center' });
  control?.focus();
}

/** Shows what is left to do, where that has changed: whoever is on a link or a button of it stays there. */
function showConfirm() {
  const { view } = period;
  const done = Boolean(view.submitted_at) && !view.can_submit && !period.missing.length;
  const shown = JSON.stringify([done, view.submitted_at, view.can_enter, period.missing.map((entry) => entry.week.week_start + entry.line.cpli_id)]);
  if (shown === parts.confirmShown) return;
  const section = done ? confirmed(view) : confirmSection(view);
  const focused = [...parts.confirm.querySelectorAll('a, button')].indexOf(document.activeElement);
  const last = document.activeElement.tagName === 'BUTTON';
  fill(parts.confirm, section);
  parts.confirmShown = shown;
  if (focused < 0) return;
  const controls = [...parts.confirm.querySelectorAll('a, button')];
  (last ? controls.at(-1) : controls[focused] ?? controls.at(-1))?.focus({ preventScroll: true });
}

function confirmed(view) {
  const mayInvoice = session.permissions?.includes('invoice');
  return el('section', { class: 'portal-next', 'aria-labelledby': 'confirmed-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'confirmed-heading' }, `${actualsWord(view.kind)} confirmed`),
    paragraph(`Confirmed at ${instant(view.submitted_at)}${view.submitted_by ? ` by ${view.submitted_by}` : ''}. `, mayInvoice ? 'Now create the invoice: check it, then submit it.' : 'Somebody with the role “invoices” can now create the invoice.'),
    view.can_enter ? paragraph('You can still correct a week. Then confirm again; the difference goes on the next invoice or credit note.') : null,
    el('div', { class: 'govuk-button-group' }, [
      mayInvoice ? createButton('Create the invoice', { contract_ref: view.contract_ref, period_start: view.period_start }) : null,
      link(withQuery('/invoices/', { contract: view.contract_ref }), 'Invoices of this contract'),
    ]),
  ]);
}

function confirmSection(view) {
  if (!view.can_enter) return null;
  const { missing } = period;
  if (!period.entries.some(({ week }) => week.active)) return null;
  const future = period.entries.filter(({ week }) => week.active && week.future);
  return el('section', { class: 'portal-next portal-no-print', 'aria-labelledby': 'confirm-heading' }, [
    el('h2', { class: 'govuk-heading-m', id: 'confirm-heading' }, `Confirm ${actualsWord(view.kind).toLowerCase()}`),
    missing.length ? [paragraph(`Before you can confirm, ${count(missing.length, 'week of care needs', 'weeks of care need')} an entry:`), missingList(missing)] : null,
    future.length ? paragraph(`${count(new Set(future.map(({ week }) => week.week_start)).size, 'week has', 'weeks have')} not begun. You can confirm when every week of the period has begun and is entered.`) : null,
    view.submitted_at ? paragraph(`This was confirmed at ${instant(view.submitted_at)} and has changed since. Confirm it again: the difference goes on your next invoice or credit note.`) : null,
    !missing.length && !future.length ? paragraph('Every week is entered. By confirming you say that this is the care you gave. Then you can create the invoice.') : null,
    button(`Confirm ${actualsWord(view.kind).toLowerCase()}`, ({ currentTarget }) => whileBusy(currentTarget, confirm), { kind: null }),
  ]);
}

function missingList(missing) {
  const item = (entry) => el('li', {}, missingLink(entry));
  const more = missing.length - MISSING_SHOWN_MAX;
  return el('ul', { class: 'govuk-list govuk-list--bullet' }, [
    missing.slice(0, MISSING_SHOWN_MAX).map(item),
    more > 0 ? el('li', {}, `and ${more.toLocaleString('en-GB')} more`) : null,
  ]);
}

function missingLink(entry) {
  const { week_start: week } = entry.week;
  const follow = (event) => {
    event.preventDefault();
    goTo(entry);
  };
  return el('a', { class: 'govuk-link', href: weekPath(week), on: { click: follow } }, `${entry.name}, week of ${shortDate(week)}`);
}

async function confirm() {
  await orSay(async () => {
    await saver.flush();
    const { unsaved } = saver;
    if (unsaved.length) return refused('Some entries are not saved yet', unsaved, (entry) => `${entry.name}, week of ${shortDate(entry.week.week_start)}: ${whyUnsaved(entry)}`);
    const { missing } = period;
    if (missing.length) return refused('Some weeks have no entry', missing, (entry) => `Enter ${entry.name}, week of ${shortDate(entry.week.week_start)}`);
    const view = await post(`${api}/submission`);
    clearErrors();
    show(view);
    const banner = notification('Done', el('p', { class: 'govuk-notification-banner__heading' }, `You have confirmed the ${actualsWord(view.kind).toLowerCase()} of ${dates(view.period_start, view.period_end)}.`));
    fill(find('[data-notice]'), banner);
    banner.focus();
  });
}

function whyUnsaved({ save: { problem, state } }) {
  if (state === 'conflict') return 'somebody else entered it too, choose which stays';
  return problem?.errors[0]?.message ?? problem?.says ?? 'not saved';
}

// The summary leads to each entry, in whichever week it is.
function refused(title, entries, text) {
  const shown = entries.slice(0, MISSING_SHOWN_MAX);
  const list = el('ul', { class: 'govuk-list govuk-error-summary__list' }, shown.map((entry) => el('li', {}, el('a', {
    href: weekPath(entry.week.week_start),
    on: { click: (event) => { event.preventDefault(); goTo(entry); } },
  }, text(entry)))));
  const more = entries.length - shown.length;
  showProblem({ code: 'not-ready', errors: [], says: `${title}.` }, { actions: [list, more > 0 ? el('p', {}, `and ${more.toLocaleString('en-GB')} more`) : null] });
}

async function orSay(work) {
  try {
    await work();
  } catch (problem) {
    if (problem.name !== 'Problem') throw problem;
    showProblem(problem, { actions: remedies(problem) });
  }
}
