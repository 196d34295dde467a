// What the API answers about the council's settings.

const person = { name: 'Rowan Ellery', email: 'rowan.ellery@northbridge.example', provider: null, provider_count: 0, permissions: [], council_name: 'Northbridge Council', support_email: 'portal.support@northbridge.example' };
const who = (roles, permissions) => ({ ...person, council: { roles, teams: [], permissions: ['see_queues', ...permissions] } });
export const configuration = who(['configuration'], ['see_settings', 'configure']);
export const auditor = who(['auditor'], ['see_settings', 'see_audit']);

const plain = { choices: [], min: null, max: null, since: null, coming: [] };
const name = { ...plain, setting: 'council_name', label: 'Council name', meaning: 'The council’s name. It stands on every page and in every email.', kind: 'text', value: 'Northbridge Council', default: 'The council', since: { from_date: '2026-10-01', by: null } };
const tries = { ...plain, setting: 'lockout_tries', label: 'Wrong tries until an account is locked', meaning: 'How often somebody can get their password or code wrong before the account is locked for a while.', kind: 'whole', min: 1, max: 100000, value: '7', default: '5', since: { from_date: '2026-11-02', by: 'Rowan Ellery' }, coming: [{ from_date: '2026-12-01', value: '6', reason: 'As the security team asked', by: 'Rowan Ellery' }, { from_date: '2027-04-01', value: '5', reason: 'Back to the usual', by: null }] };
const step = { ...plain, setting: 'second_step', label: 'Second step at sign-in', meaning: 'What follows the password when somebody signs in. An authenticator app can always be used instead.', kind: 'one_of', choices: [{ value: 'emailed_code', label: 'A code is emailed' }, { value: 'memorable_digits', label: 'Two digits of a six-digit code, or an authenticator app' }], value: 'emailed_code', default: 'emailed_code' };
const form = { ...plain, setting: 'helpdesk_form', label: 'Password form to the helpdesk', meaning: 'Whether people who cannot sign in are offered a form that asks the helpdesk for a new password.', kind: 'yes_no', value: 'yes', default: 'yes' };
const closed = { ...plain, setting: 'closed_dates', label: 'Days the council is closed', meaning: 'Days on which the council does not work. Weekends and England’s bank holidays are known already.', kind: 'dates', value: '', default: '' };
const emails = { ...plain, setting: 'default_subscriptions', label: 'Emails unless a person chooses', meaning: 'What people are told of by email until they choose for themselves.', kind: 'some_of', choices: [{ value: 'daily_actions', label: 'Daily actions' }, { value: 'immediate_actions', label: 'Immediate actions' }], value: 'daily_actions immediate_actions', default: 'daily_actions immediate_actions' };
const colour = { ...plain, setting: 'brand_colour', label: 'Colour of the header', meaning: 'The colour of the header on every page. It must be dark enough that everybody can read white text on it: a contrast of 4.5 to 1 or more.', kind: 'colour', value: '#5b2a86', default: '#12303b' };
export const LOGO = `${'3f'.repeat(32)}.png`;
const logo = { ...plain, setting: 'logo', label: 'Logo', meaning: 'The council’s logo, a PNG or JPEG picture of up to 100 KB. It stands in the header on every page, on the colour of the header.', kind: 'picture', value: LOGO, default: '' };
const action = { ...plain, setting: 'label_action', label: 'What you call an action', meaning: 'Your own word for an action, and for several of them, in menus, headings and on buttons.', kind: 'label', value: 'Query / Queries', default: 'Action / Actions' };

export const list = { today: '2026-11-22', may_configure: true, groups: [
  { title: 'The council', settings: [name, colour, logo, action, closed] },
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
export const of = { second_step: { ...one, ...step, history: [] }, helpdesk_form: { ...one, ...form, history: [] }, default_subscriptions: { ...one, ...emails, history: [] }, closed_dates: { ...one, ...closed, history: [] }, brand_colour: { ...one, ...colour, history: [] }, logo: { ...one, ...logo, history: [] }, label_action: { ...one, ...action, history: [] } };

export const PAGE = '/council/settings/setting/?setting=lockout_tries';
export const API = '/api/council/settings/lockout_tries';
export const taken = { status: 201, body: { change_ref: REF, from_date: '2026-11-22' } };

export const usual = {
  'GET /api/council/settings': list,
  [`GET ${API}`]: one,
  ...Object.fromEntries(Object.entries(of).map(([setting, view]) => [`GET /api/council/settings/${setting}`, view])),
  'POST /api/council/logo': { status: 201, body: { value: LOGO, path: `/api/logo/${LOGO}` } },
  [`POST ${API}/changes`]: taken,
  [`POST ${API}/withdrawals`]: taken,
};
