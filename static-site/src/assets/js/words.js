// What the codes of the API are called on pages: the words of the glossary, each with the colour of its tag.

const KINDS = {
  care_home: 'Care home',
  home_care: 'Home care',
  extra_care: 'Extra care',
  supported_living: 'Supported living',
  complex_care: 'Complex care',
  shared_lives: 'Shared Lives',
  void_ledger: 'Void payments',
};

const ROLES = {
  viewer: 'view',
  actuals: 'enter actuals',
  invoices: 'invoices',
  payments: 'confirm statements',
  signatory: 'sign documents',
  admin: 'administer',
};

const COUNCIL_ROLES = {
  helpdesk: 'Helpdesk',
  team_member: 'Team member',
  contracts: 'Contracts',
  payments_officer: 'Payments officer',
  finaliser: 'Finaliser',
  configuration: 'Configuration',
  auditor: 'Auditor',
};

// How urgent what waits in an area is.
const LAMPS = {
  none: { word: 'Nothing is waiting', colour: 'green' },
  soon: { word: 'Waiting for you', colour: 'yellow' },
  now: { word: 'Act now', colour: 'red' },
};

const LIFECYCLES = {
  future: { word: 'Future', colour: 'grey' },
  current: { word: 'Current', colour: 'blue' },
  locked: { word: 'Locked', colour: 'yellow' },
  authorised: { word: 'Authorised', colour: 'turquoise' },
  finalised: { word: 'Finalised', colour: 'green' },
};

const RESPONSES = {
  not_required: { word: 'No response needed', colour: 'grey' },
  unconfirmed: { word: 'Unconfirmed', colour: 'yellow' },
  confirmed: { word: 'Confirmed', colour: 'green' },
  confirmed_with_queries: { word: 'Confirmed with queries', colour: 'orange' },
  rejected: { word: 'Rejected', colour: 'red' },
};

const STATUSES = {
  payable: { word: 'Payable', colour: 'green' },
  suspended: { word: 'Suspended', colour: 'yellow' },
  cancelled: { word: 'Cancelled', colour: 'red' },
  carried_forward: { word: 'Carried forward', colour: 'blue' },
  finalised: { word: 'Finalised', colour: 'green' },
};

const DIRECTIVES = {
  suspend: { word: 'Suspend', hint: 'Paused, and payable later' },
  cancel: { word: 'Cancel', hint: 'Never paid' },
  carry_forward: { word: 'Carry forward', hint: 'Moved to the next period' },
};

const ITEM_KINDS = {
  cost: 'Cost',
  income: 'Income (deduction)',
  manual: 'Manual adjustment',
  void: 'Void',
};

const CONTRIBUTIONS = {
  client: 'Client contribution',
  third_party: 'Third party contribution',
  fnc: 'Funded nursing care (FNC)',
};

const ABSENCES = { hospital: 'Hospital', holiday: 'Holiday', other: 'Other absence' };

// What is counted: the word for one, and for several.
const UNITS = {
  hour: ['hour', 'hours'],
  day: ['day', 'days'],
  night: ['night', 'nights'],
  visit: ['visit', 'visits'],
  placement: ['placement', 'placements'],
};

const ACTUALS_PERIODS = {
  open: { word: 'Open', colour: 'blue' },
  submitted: { word: 'Confirmed', colour: 'green' },
  late: { word: 'Late', colour: 'orange' },
  closed: { word: 'Closed', colour: 'grey' },
  not_yet: { word: 'Not yet', colour: 'grey' },
};

const WEEKS = {
  generated: { word: 'Not entered', colour: 'grey' },
  edited: { word: 'Entered', colour: 'blue' },
  exception: { word: 'Held', colour: 'yellow' },
  confirmed: { word: 'Confirmed', colour: 'green' },
  invoiced: { word: 'Invoiced', colour: 'turquoise' },
  paid: { word: 'Paid', colour: 'green' },
};

const EXCEPTIONS = {
  waiting: { word: 'Waiting for the council', colour: 'yellow' },
  approved: { word: 'Agreed', colour: 'green' },
  capped: { word: 'Agreed in part', colour: 'blue' },
  rejected: { word: 'Not agreed', colour: 'red' },
};

const BATCHES = {
  received: { word: 'Received', colour: 'blue' },
  checking: { word: 'Being checked', colour: 'blue' },
  validated: { word: 'Checked: your decision', colour: 'yellow' },
  applying: { word: 'Being applied', colour: 'blue' },
  applied: { word: 'Applied', colour: 'green' },
  partly_applied: { word: 'Applied but for some rows', colour: 'orange' },
  rejected: { word: 'Refused', colour: 'red' },
  abandoned: { word: 'Abandoned', colour: 'grey' },
  duplicate: { word: 'Uploaded before', colour: 'grey' },
};

const INVOICES = {
  draft: { word: 'Draft', colour: 'blue' },
  submitted: { word: 'Submitted', colour: 'turquoise' },
  disputed: { word: 'Disputed', colour: 'red' },
  approved: { word: 'Approved', colour: 'purple' },
  paid: { word: 'Paid', colour: 'green' },
  deleted: { word: 'Deleted', colour: 'grey' },
};

const DOCUMENTS = { invoice: 'Invoice', credit_note: 'Credit note' };

// Who wrote a post: a provider's posts are purple, the council's green.
const SIDES = {
  provider: { word: 'Provider', colour: 'purple' },
  council: { word: 'Council', colour: 'green' },
};

const CHANGE_REQUESTS = {
  pending: { word: 'Pending', colour: 'yellow' },
  accepted: { word: 'Accepted', colour: 'green' },
  rejected: { word: 'Rejected', colour: 'red' },
  withdrawn: { word: 'Withdrawn', colour: 'grey' },
};

const CHANGE_REQUEST_TYPES = {
  new_contact: 'New contact',
  update_contact: 'Update contact',
  delete_contact_role: 'Delete contact role',
};

const CONTRACT_DOCUMENTS = {
  published: { word: 'To be answered', colour: 'yellow' },
  agreed: { word: 'Agreed', colour: 'green' },
  rejected: { word: 'Rejected', colour: 'red' },
  agreed_manually: { word: 'Agreed manually', colour: 'turquoise' },
  superseded: { word: 'Superseded', colour: 'grey' },
};

const EMAIL_STATES = {
  ok: null,
  bounced: { word: 'Email does not arrive', colour: 'red' },
  complained: { word: 'Emails marked as junk', colour: 'orange' },
};

/** A code without a word of its own, made readable. */
export function plain(code) {
  const text = String(code ?? '').replaceAll('_', ' ').trim();
  return text ? text.charAt(0).toUpperCase() + text.slice(1) : '';
}

/** The word and colour of a code's tag; grey, if it has none of its own. */
const tagged = (words) => (code) => words[code] ?? { word: plain(code), colour: 'grey' };

export const providerKind = (code) => KINDS[code] ?? plain(code);
export const role = (code) => ROLES[code] ?? plain(code).toLowerCase();
export const councilRole = (code) => COUNCIL_ROLES[code] ?? plain(code);
/** What a directive decides, and what that means. */
export const directive = (code) => DIRECTIVES[code] ?? { word: plain(code), hint: null };
export const itemKind = (code) => ITEM_KINDS[code] ?? plain(code);
export const contribution = (code) => CONTRIBUTIONS[code] ?? plain(code);
export const absence = (code) => ABSENCES[code] ?? plain(code);
/** How urgent what waits is; nothing is, if nobody says so. */
export const lamp = (attention) => LAMPS[attention] ?? LAMPS.none;
export const lifecycle = tagged(LIFECYCLES);
export const response = tagged(RESPONSES);
export const status = tagged(STATUSES);
export const actualsPeriod = tagged(ACTUALS_PERIODS);
export const week = tagged(WEEKS);
export const exception = tagged(EXCEPTIONS);
export const batch = tagged(BATCHES);
export const invoice = tagged(INVOICES);
export const documentKind = (code) => DOCUMENTS[code] ?? plain(code);
/** What is counted: "hours"; for one of it, "hour". */
export const unit = (code, one = false) => (UNITS[code] ?? [plain(code).toLowerCase(), plain(code).toLowerCase()])[one ? 0 : 1];
/** What the area is called for this kind of provider. */
export const actualsWord = (kind) => (kind === 'shared_lives' ? 'Timesheets' : 'Actuals');
export const side = tagged(SIDES);
/** The state of an action as `mine` (provider or council) sees it: who has to do something next, and whether it is late. */
export function actionState({ state, overdue, assigned_to: assigned }, mine = 'provider') {
  if (state === 'done') return { word: 'Done', colour: 'grey' };
  const ours = assigned?.side === mine;
  if (overdue) return { word: `Overdue, ${withWhom(assigned, mine)}`, colour: 'red' };
  return { word: `Open, ${withWhom(assigned, mine)}`, colour: ours ? 'yellow' : 'blue' };
}
const withWhom = (assigned, mine) => (assigned?.side === mine && mine === 'provider' ? 'with you' : assigned?.side === 'provider' ? 'with the provider' : 'with the council');
export const changeRequest = tagged(CHANGE_REQUESTS);
export const changeRequestType = (code) => CHANGE_REQUEST_TYPES[code] ?? plain(code);
export const contractDocument = tagged(CONTRACT_DOCUMENTS);
/** What is wrong with an address for email; null if nothing is. */
export const emailState = (code) => (code && code in EMAIL_STATES ? EMAIL_STATES[code] : null);
