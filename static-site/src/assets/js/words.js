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

/** A code without a word of its own, made readable. */
function plain(code) {
  const text = String(code ?? '').replaceAll('_', ' ').trim();
  return text ? text.charAt(0).toUpperCase() + text.slice(1) : '';
}

export const providerKind = (code) => KINDS[code] ?? plain(code);
export const role = (code) => ROLES[code] ?? plain(code).toLowerCase();
export const itemKind = (code) => ITEM_KINDS[code] ?? plain(code);
export const contribution = (code) => CONTRIBUTIONS[code] ?? plain(code);
export const absence = (code) => ABSENCES[code] ?? plain(code);
export const lifecycle = (code) => LIFECYCLES[code] ?? { word: plain(code), colour: 'grey' };
export const response = (code) => RESPONSES[code] ?? { word: plain(code), colour: 'grey' };
export const status = (code) => STATUSES[code] ?? { word: plain(code), colour: 'grey' };
