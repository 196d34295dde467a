// What the API answers about actuals: an agency with two services and a Shared Lives scheme, and a period that keeps what
// is put into it, as far as the pages can tell the difference.

import { problem } from './data.mjs';

export const REASONS = [
  ['HOSP', 'The client was in hospital'], ['HOLIDAY', 'The client was on holiday or away from home'], ['DECEASED', 'The client has died'],
  ['DECLINED', 'The client declined the care or cancelled the visit'], ['NOACCESS', 'Nobody answered the door, or the carer could not get in'],
  ['CARERAWAY', 'The carer was away and the care was not covered'], ['CRISIS', 'The client needed more care in a crisis'],
  ['STAFFING', 'There were not enough staff to give the care'], ['ENDED', 'The care package has ended or was paused'], ['OTHER', 'Another reason: say which in the comment'],
].map(([code, text]) => ({ code, text }));

export const WEEKS = ['2026-10-26', '2026-11-02', '2026-11-09', '2026-11-16'];
export const PERIOD = '/actuals/period/?contract=C4001&period=2026-10-26';
export const API = '/api/actuals/C4001/2026-10-26';

const PEOPLE = [
  ['Mrs Ottoline Farthing', 'A271003', '10.5'], ['Mr Leopold Achebe', 'A271044', '14'], ['Ms Junko Brathwaite-Sørensen', '000412', '7.75'],
  ['Mr Gwilym Prosser', 'A272433', '21'], ['Mrs Parvati Ramanathan', 'A280117', '3.5'], [null, 'A280990', '5.25'],
];

const cents = (text) => Math.round(Number(text) * 10_000);

// In whole numbers, as the server counts; written down a second time so that the page is not compared with itself.
export function owed(week, service, price) {
  const share = cents(week.actual) * 100 + cents(week.frustrated) * Number(service.frustrated_percent);
  return (Math.floor((share * cents(price)) / 100 / 1_000_000 + 0.5) / 100).toFixed(2);
}

function weekOf(week_start, planned, more = {}) {
  return {
    week_start, active: true, future: false, planned, recorded: false, actual: '0', frustrated: '0', missed: '0', extra: '0', visits: null,
    reason_code: null, comment: null, state: 'generated', owed: '0.00', income: '0.00', held: null, decision: null, version: 0, late: false, ...more,
  };
}

const service = (service_ref, name, unit, more = {}) => ({
  service_ref, name, unit, unit_step: '0.25', extras: false, visits_required: false, frustrated_percent: '50', tolerance_percent: '10', lines: [], ...more,
});

const view = (services, more = {}) => ({
  contract_ref: 'C4001', contract_name: 'Home care north', provider_name: 'Kindly at Home Ltd', kind: 'home_care',
  period_start: '2026-10-26', period_end: '2026-11-22', deadline: '2026-11-27T17:00:00Z', state: 'open', late: false, window: { period_start: '2026-10-26', deadline: '2026-11-27T17:00:00Z', pay_date: '2026-12-08' },
  can_enter: true, why_not: null, submitted_at: null, submitted_by: null, can_submit: false, missing: 0, reason_codes: REASONS, comment_on_difference: false,
  weeks: WEEKS, services, totals: { planned_cost: '0.00', owed: '0.00', income: '0.00', held: '0.00' }, ...more,
});

/** An untouched period: `people` lines of home care with visits, and three night sittings. */
export function untouched({ people = PEOPLE.length, future = [], visits = true } = {}) {
  const care = service('S5001', 'Home care - standard', 'hour', { visits_required: visits });
  care.lines = Array.from({ length: people }, (_, index) => {
    const [client, ss_ref, planned] = PEOPLE[index % PEOPLE.length];
    const again = Math.floor(index / PEOPLE.length);
    return {
      cpli_id: String(210_300 + index), ss_ref: again ? `${ss_ref}${again}` : ss_ref, client: client && again ? `${client} ${again}` : client, service_level: 'Personal care', unit_price: '22.3400',
      weeks: WEEKS.map((week) => weekOf(week, planned, { future: future.includes(week) })),
    };
  });
  const nights = service('S5002', 'Night sitting', 'night', { unit_step: '1', extras: true, frustrated_percent: '0', tolerance_percent: '0' });
  nights.lines = PEOPLE.slice(0, 2).map(([client, ss_ref], index) => ({
    cpli_id: String(310_500 + index), ss_ref, client, service_level: 'Waking night', unit_price: '140.0000',
    weeks: WEEKS.map((week, at) => weekOf(week, '3', { future: future.includes(week), active: !(index === 1 && at === 0) })),
  }));
  return counted(view([care, nights]));
}

/** The same with every state that a week can have. */
export function varied() {
  const form = untouched();
  const [care] = form.services;
  const put = (line, at, more) => Object.assign(care.lines[line].weeks[at], { recorded: true, state: 'edited', version: 1, visits: 7 }, more);
  put(0, 0, { actual: '9.75', frustrated: '0.5', missed: '0.25', reason_code: 'NOACCESS', comment: 'Door not answered on Tuesday', owed: '223.40' });
  put(1, 0, { actual: '17', extra: '3', owed: '0.00', state: 'exception', reason_code: 'CRISIS', held: { over: '3', amount: '379.78', reason: '3 hours over what was commissioned: held until the council agrees' } });
  put(2, 0, { actual: '7.75', owed: '173.14', income: '-23.19' });
  put(3, 0, { actual: '24', extra: '3', owed: '536.16', reason_code: 'CRISIS', decision: { kind: 'cap', quantity: '23', reason: 'One visit a day agreed' } });
  put(4, 0, { actual: '0', frustrated: '3.5', reason_code: 'HOSP', owed: '39.10', late: true });
  put(0, 1, { actual: '10.5', owed: '234.57', state: 'invoiced' });
  put(1, 1, { actual: '14', owed: '312.76', state: 'paid' });
  return counted(form);
}

export const everyWeek = (form) => form.services.flatMap(({ lines }) => lines.flatMap(({ weeks }) => weeks.filter(({ active }) => active)));

function record(week, service, line, entry) {
  const { version, ...rest } = entry;
  Object.assign(week, rest, { recorded: true, state: 'edited', version: version + 1, owed: owed(entry, service, line.unit_price) });
  const over = cents(week.actual) * 100 + cents(week.frustrated) * Number(service.frustrated_percent) - cents(week.planned) * (100 + Number(service.tolerance_percent));
  week.held = over > 0 ? { over: String((cents(week.actual) - cents(week.planned)) / 10_000), amount: week.owed, reason: 'Over what was commissioned: held until the council agrees' } : null;
  if (week.held) Object.assign(week, { state: 'exception', owed: '0.00' });
  for (const each of line.weeks) each.version = week.version;
}

function counted(form) {
  const weeks = everyWeek(form);
  const sum = (texts) => (texts.reduce((total, text) => total + Math.round(Number(text) * 100), 0) / 100).toFixed(2);
  form.missing = weeks.filter(({ recorded, future }) => !recorded && !future).length;
  form.can_submit = form.missing === 0 && !weeks.some(({ future }) => future);
  form.totals = {
    planned_cost: sum(form.services.flatMap((each) => each.lines.flatMap((line) => line.weeks.map((week) => owed({ actual: week.planned, frustrated: '0' }, each, line.unit_price))))),
    owed: sum(weeks.flatMap((week) => [week.owed, week.income])),
    income: sum(weeks.map((week) => week.income)),
    held: sum(weeks.map(({ held }) => held?.amount ?? '0.00')),
  };
  return form;
}

// What the server objects to in an entry, with the words of the upload's codes.
function objections(week, service, entry) {
  const errors = [];
  const number = (text) => /^\d+(\.\d{1,4})?$/.test(text);
  for (const field of ['actual', 'frustrated', 'missed', 'extra']) {
    const name = field.charAt(0).toUpperCase() + field.slice(1);
    if (!number(entry[field])) errors.push({ field, code: 'E20', message: `${name} must be a number of 0 or more with up to 4 decimals.` });
    else if (cents(entry[field]) % cents(service.unit_step)) errors.push({ field, code: 'E21', message: `${name} must be in steps of ${service.unit_step}.` });
  }
  if (errors.length) return errors;
  if (service.visits_required && entry.visits === null) errors.push({ field: 'visits', code: 'E20', message: 'Visits must be a number of 0 or more with up to 0 decimals.' });
  if (!service.extras && cents(entry.extra) > 0) errors.push({ field: 'extra', code: 'E25', message: 'Extra is not allowed for this service. Ask for a variation.' });
  if (cents(entry.actual) !== cents(week.planned) - cents(entry.frustrated) - cents(entry.missed) + cents(entry.extra)) {
    errors.push({ field: 'actual', code: 'E22', message: `Actual ${entry.actual} is not planned ${week.planned} − frustrated ${entry.frustrated} − missed ${entry.missed} + extra ${entry.extra}.` });
  }
  if (cents(entry.actual) !== cents(week.planned) && !entry.reason_code) errors.push({ field: 'reason_code', code: 'E23', message: 'A reason is needed because actual differs from planned.' });
  return errors;
}

/** Answers for a form that keeps what is put into it. `form` can be changed in between: as somebody else would. */
export function keeping(form, base = `/api/actuals/${form.contract_ref}/${form.period_start}`) {
  const answers = { [`GET ${base}`]: () => structuredClone(form) };
  for (const each of form.services) {
    for (const line of each.lines) {
      for (const week of line.weeks) {
        answers[`PUT ${base}/weeks/${line.cpli_id}/${week.week_start}`] = ({ body }) => {
          if (body.version !== week.version) return problem(409, 'week-changed', 'Imogen Tarrant changed the weeks of this care package at 2:02pm on 22 November 2026, after you opened them. Look at them, then enter yours again.');
          const errors = objections(week, each, body);
          if (errors.length) return problem(422, 'week-not-accepted', 'Check the numbers you entered.', errors);
          record(week, each, line, body);
          const { totals, can_submit, missing } = counted(form);
          return structuredClone({ week, totals, can_submit, missing });
        };
      }
    }
  }
  const fillIn = (entryOf) => ({ body }) => {
    for (const each of form.services) {
      for (const line of each.lines) {
        for (const [at, week] of line.weeks.entries()) {
          const meant = week.active && !week.future && !week.recorded && [null, week.week_start].includes(body.week_start) && [null, each.service_ref].includes(body.service_ref);
          const entry = meant && entryOf(week, line.weeks[at - 1], each);
          // Nothing is filled in that the rules of an entry would refuse: a plan says nothing of visits.
          if (entry) record(week, each, line, { ...entry, version: week.version });
        }
      }
    }
    return structuredClone(counted(form));
  };
  const plain = { frustrated: '0', missed: '0', extra: '0', reason_code: null, comment: null };
  answers[`POST ${base}/as-planned`] = fillIn((week, _before, { visits_required: visits }) => !visits && { ...plain, actual: week.planned, visits: null });
  answers[`POST ${base}/copy-last-week`] = fillIn((_week, before) => before?.recorded && (({ actual, frustrated, missed, extra, visits, reason_code, comment }) => ({ actual, frustrated, missed, extra, visits, reason_code, comment }))(before));
  answers[`POST ${base}/submission`] = () => {
    if (form.missing) return problem(422, 'weeks-missing', `${form.missing} weeks have no entry.`);
    for (const week of everyWeek(form)) if (week.state === 'edited') week.state = 'confirmed';
    Object.assign(form, { state: 'submitted', submitted_at: '2026-11-22T14:10:00Z', submitted_by: 'Tahira Mian', can_submit: false });
    return structuredClone(form);
  };
  return answers;
}

export const allEntered = () => {
  const form = untouched({ visits: false });
  keeping(form)[`POST ${API}/as-planned`]({ body: { week_start: null, service_ref: null } });
  return form;
};

export const submitted = (more = {}) => {
  const form = allEntered();
  keeping(form)[`POST ${API}/submission`]();
  return Object.assign(form, more);
};

const window = { period_start: '2026-11-23', deadline: '2026-12-24T17:00:00Z', pay_date: '2027-01-05' };
export const late = () => Object.assign(varied(), { state: 'late', late: true, window });
export const closed = () => Object.assign(varied(), { state: 'closed', can_enter: false, why_not: 'This period is closed. Late changes are not allowed for this contract.' });
export const notYet = () => Object.assign(untouched(), { state: 'not_yet', can_enter: false, why_not: 'Confirm the actuals of the period that began on 28 September 2026 first.' });
export const forOnlyLooking = () => Object.assign(varied(), { can_enter: false, why_not: 'Your role for this provider does not allow you to enter actuals. Ask the council if you need another role.' });
export const begun = () => untouched({ future: WEEKS.slice(2) });
export const withoutCare = () => counted(view([]));

export function timesheet() {
  const days = service('S7001', 'Shared Lives day support', 'day', { unit_step: '0.5', tolerance_percent: '0' });
  const nights = service('S7002', 'Shared Lives overnight', 'night', { unit_step: '1', extras: true, tolerance_percent: '0' });
  const line = (cpli_id, unit_price, planned) => ({ cpli_id, ss_ref: 'A300551', client: 'Mr Aurelio Finch', service_level: 'Long-term arrangement', unit_price, weeks: WEEKS.map((week) => weekOf(week, planned)) });
  days.lines = [line('410001', '61.5000', '5')];
  nights.lines = [line('410002', '48.0000', '7')];
  return counted(view([days, nights], { kind: 'shared_lives', contract_name: 'Shared Lives', provider_name: 'Bao and Agnes Whitlock' }));
}

const period = (period_start, period_end, state, more) => ({
  period_start, period_end, state, deadline: '2026-11-27T17:00:00Z', window: null, weeks_total: 30, weeks_recorded: 30, weeks_held: 0,
  owed: '5413.19', held: '0.00', submitted_at: null, can_enter: true, why_not: null, ...more,
});

export const list = {
  kind: 'home_care',
  can_enter: true,
  contracts: [
    {
      contract_ref: 'C4001', name: 'Home care north',
      periods: [
        period('2026-11-23', '2026-12-20', 'not_yet', { weeks_recorded: 0, owed: '0.00', can_enter: false, why_not: 'The first week begins on 23 November 2026', deadline: '2026-12-24T17:00:00Z' }),
        period('2026-10-26', '2026-11-22', 'open', { weeks_recorded: 23, weeks_held: 1, held: '379.78' }),
        period('2026-09-28', '2026-10-25', 'late', { weeks_recorded: 28, deadline: '2026-10-30T17:00:00Z', window: { ...window, period_start: '2026-10-26', deadline: '2026-11-27T17:00:00Z' } }),
        period('2026-08-31', '2026-09-27', 'submitted', { submitted_at: '2026-10-01T09:12:00Z', deadline: '2026-10-02T16:00:00Z' }),
        period('2026-08-03', '2026-08-30', 'closed', { can_enter: false, why_not: 'Late changes are not allowed for this contract', deadline: '2026-09-04T16:00:00Z' }),
      ],
    },
    { contract_ref: 'C4009', name: 'Extra care Larch Court', periods: [] },
  ],
};

export const exceptions = {
  rows: [
    { contract_ref: 'C4001', period_start: '2026-10-26', cpli_id: '210301', ss_ref: 'A271044', client: 'Mr Leopold Achebe', service: 'Home care - standard', week_start: '2026-10-26', unit: 'hour', planned: '14', entered: '17', over: '3', held_amount: '379.78', state: 'waiting', reason: '3 hours over what was commissioned', decided_at: null },
    { contract_ref: 'C4001', period_start: '2026-09-28', cpli_id: '210303', ss_ref: 'A272433', client: 'Mr Gwilym Prosser', service: 'Home care - standard', week_start: '2026-10-05', unit: 'hour', planned: '21', entered: '25.5', over: '4.5', held_amount: '44.68', state: 'capped', reason: 'One visit a day agreed', decided_at: '2026-10-20T10:00:00Z' },
    { contract_ref: 'C4001', period_start: '2026-09-28', cpli_id: '210305', ss_ref: 'A280990', client: null, service: 'Home care - standard', week_start: '2026-10-12', unit: 'hour', planned: '5.25', entered: '12', over: '6.75', held_amount: '150.80', state: 'rejected', reason: 'The client was in hospital on these days', decided_at: '2026-10-20T10:00:00Z' },
    { contract_ref: 'C4001', period_start: '2026-09-28', cpli_id: '310500', ss_ref: 'A271003', client: 'Mrs Ottoline Farthing', service: 'Night sitting', week_start: '2026-10-19', unit: 'night', planned: '3', entered: '4', over: '1', held_amount: '140.00', state: 'approved', reason: null, decided_at: '2026-10-22T15:30:00Z' },
  ],
};

export const BATCH = 'B20261122T140501';
export const UPLOADS = '/api/actuals/uploads';
const counts = { read: 120, new: 96, changed: 18, unchanged: 4, rejected: 2, warned: 5, late: 3 };

export const batch = {
  batch_id: BATCH, file_name: 'actuals november.xlsx', state: 'validated', rows_read: 120, refusal: null, counts, adds: '4812.35',
  findings: [
    { row: 12, cell: 'Actuals!K12', column: 'Actual', code: 'E20', message: 'Actual must be a number of 0 or more with up to 4 decimals.', value: 'ten' },
    { row: 40, cell: 'Actuals!K40', column: 'Actual', code: 'E22', message: 'Actual 9 is not planned 10.5 − frustrated 0 − missed 0 + extra 0.', value: '9' },
    { row: 40, cell: 'Actuals!P40', column: 'ReasonCode', code: 'E23', message: 'A reason is needed because actual differs from planned.', value: '' },
    { row: 55, cell: 'Actuals!K55', column: 'Actual', code: 'W40', message: '3 hours over what was commissioned: held until the council agrees.', value: '17' },
    { row: 71, cell: 'Actuals!D71', column: 'ClientName', code: 'W41', message: 'The name differs from our record.', value: '=HYPERLINK("http://elsewhere.example")' },
  ],
  findings_total: 5, all_or_nothing: false, can_apply: true, why_not: null, has_errors_file: true, at: '2026-11-22T14:05:01Z', by: 'Tahira Mian', applied_at: null,
};

export const received = { ...batch, state: 'received', rows_read: 0, counts: null, adds: null, findings: [], findings_total: 0, can_apply: false, has_errors_file: false };
export const checking = { ...received, state: 'checking' };
export const applying = { ...batch, state: 'applying', can_apply: false };
export const applied = { ...batch, state: 'partly_applied', can_apply: false, applied_at: '2026-11-22T14:07:30Z' };
export const refused = { ...received, state: 'rejected', refusal: { code: 'F02', message: 'Column WeekStart is missing. Download the latest template.' } };
export const duplicate = { ...received, state: 'duplicate', refusal: { code: 'F01', message: 'This file was already uploaded as actuals november.xlsx on 20 November 2026.' } };
export const abandoned = { ...batch, state: 'abandoned', can_apply: false };
export const clean = { ...batch, counts: { ...counts, rejected: 0, warned: 0, late: 0 }, findings: [], findings_total: 0, has_errors_file: false };
export const allOrNothing = { ...batch, all_or_nothing: true, can_apply: false, why_not: 'The council takes a file only when every row of it is good. Mend the rows below and upload the file again.' };
export const nothingNew = { ...clean, counts: { ...counts, new: 0, changed: 0, unchanged: 120, rejected: 0, warned: 0, late: 0 }, adds: '0.00' };

export const uploads = {
  batches: [
    { batch_id: BATCH, file_name: 'actuals november.xlsx', state: 'validated', at: '2026-11-22T14:05:01Z', by: 'Tahira Mian', counts, adds: '4812.35' },
    { batch_id: 'B20261101T090000', file_name: 'ACTUALS_P2001_20261101090000.csv', state: 'partly_applied', at: '2026-11-01T09:00:00Z', by: null, counts, adds: '-120.00' },
    { batch_id: 'B20261031T090000', file_name: 'week 44.csv', state: 'rejected', at: '2026-10-31T09:00:00Z', by: 'Tahira Mian', counts: null, adds: null },
  ],
};

/** Where files go in these tests: on this origin, so that the page's policy lets them. */
export const BUCKET = '/test-bucket/';
export const presigned = (key, size_bytes_max = 20_000_000) => ({
  url: BUCKET, fields: { key, 'Content-Type': 'application/octet-stream', policy: 'eyJ…', 'x-amz-signature': 'abc' }, size_bytes_max,
});

export const usual = {
  'GET /api/actuals': list,
  'GET /api/actuals/exceptions': exceptions,
  [`GET ${UPLOADS}`]: uploads,
  [`POST ${UPLOADS}`]: { status: 201, body: { batch_id: BATCH, ...presigned(`uploads/P2001/page/${BATCH}.xlsx`) } },
  [`GET ${UPLOADS}/${BATCH}`]: batch,
  [`POST ${UPLOADS}/${BATCH}/application`]: { status: 202, body: applying },
  [`POST ${UPLOADS}/${BATCH}/abandonment`]: abandoned,
};
