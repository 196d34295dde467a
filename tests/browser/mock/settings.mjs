// What the API answers about the council's settings.

const person = { name: 'Rowan Ellery', email: 'rowan.ellery@northbridge.example', provider: null, provider_count: 0, permissions: [], council_name: 'Northbridge Council', support_email: 'portal.support@northbridge.example' };
const who = (roles, permissions) => ({ ...person, council: { roles, teams: [], permissions: ['see_queues', ...permissions] } });
export const configuration = who(['configuration'], ['see_settings', 'configure']);
export const auditor = who(['auditor'], ['see_settings', 'see_audit']);

const plain = { choices: [], min: null, max: null, since: null, coming: [] };
const name = { ...plain, setting: 'council_name', label: 'Council name', meaning: 'the council\'s name, on every page and email', kind: 'text', value: 'Northbridge Council', default: 'The council', since: { from_date: '2026-10-01', by: null } };
const tries = { ...plain, setting: 'lockout_tries', label: 'Wrong tries until an account is locked', meaning: 'wrong tries until an account is locked', kind: 'whole', min: 1, max: 100000, value: '7', default: '5', since: { from_date: '2026-11-02', by: 'Rowan Ellery' }, coming: [{ from_date: '2026-12-01', value: '6', reason: 'As the security team asked', by: 'Rowan Ellery' }, { from_date: '2027-04-01', value: '5', reason: 'Back to the usual', by: null }] };
const step = { ...plain, setting: 'second_step', label: 'Second step at sign-in', meaning: 'emailed_code: a code is emailed at sign-in', kind: 'one_of', choices: [{ value: 'emailed_code', label: 'A code is emailed' }, { value: 'memorable_digits', label: 'Two digits of a six-digit code, or an authenticator app' }], value: 'emailed_code', default: 'emailed_code' };
const form = { ...plain, setting: 'helpdesk_form', label: 'Password form to the helpdesk', meaning: 'yes: the form that asks the helpdesk for a password is offered', kind: 'yes_no', value: 'yes', default: 'yes' };
const closed = { ...plain, setting: 'closed_dates', label: 'Days the council is closed', meaning: 'days on which the council does not work', kind: 'dates', value: '', default: '' };
const emails = { ...plain, setting: 'default_subscriptions', label: 'Emails unless a person chooses', meaning: 'what people are told of by email until they choose for themselves', kind: 'some_of', choices: [{ value: 'daily_actions', label: 'Daily actions' }, { value: 'immediate_actions', label: 'Immediate actions' }], value: 'daily_actions immediate_actions', default: 'daily_actions immediate_actions' };

export const list = { today: '2026-11-22', may_configure: true, groups: [
  { title: 'The council', settings: [name, closed] },
  { title: 'Sign in', settings: [tries, step, form] },
  { title: 'Emails', settings: [emails] },
] };

const REF = '4f1c09a2b7d34e604f1c09a2b7d34e60';
const history = [
  { at: '2026-11-10T09:00:00Z', by: 'Rowan Ellery', from_date: '2026-12-01', before: '7', after: '6', reason: 'As the security team asked', withdrawn: false, change_ref: 'a1' },
  { at: '2026-11-02T08:00:00Z', by: 'Rowan Ellery', from_date: '2026-11-02', before: '5', after: '7', reason: 'Fewer calls', withdrawn: false, change_ref: 'a0' },
  { at: '2026-10-01T08:00:00Z', by: null, from_date: '2026-10-20', before: '9', after: '5', reason: '', withdrawn: true, change_ref: null },
];
export const one = { ...tries, group: 'Sign in', history, may_configure: true, today: '2026-11-22' };
export const changed = { ...one, value: '8', history: [{ ...history[0], at: '2026-11-22T09:00:00Z', from_date: '2026-11-22', before: '7', after: '8', reason: 'More calls', change_ref: REF }, ...history] };
export const of = { second_step: { ...one, ...step, history: [] }, helpdesk_form: { ...one, ...form, history: [] }, default_subscriptions: { ...one, ...emails, history: [] }, closed_dates: { ...one, ...closed, history: [] } };

export const PAGE = '/council/settings/setting/?setting=lockout_tries';
export const API = '/api/council/settings/lockout_tries';
export const taken = { status: 201, body: { change_ref: REF, from_date: '2026-11-22' } };

export const usual = {
  'GET /api/council/settings': list,
  [`GET ${API}`]: one,
  ...Object.fromEntries(Object.entries(of).map(([setting, view]) => [`GET /api/council/settings/${setting}`, view])),
  [`POST ${API}/changes`]: taken,
  [`POST ${API}/withdrawals`]: taken,
};
