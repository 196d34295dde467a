// What the API answers in these tests: made-up people and homes, in the shapes that the functions answer.

export const options = {
  council_name: 'Northbridge Council',
  support_email: 'portal.support@northbridge.example',
  second_step: 'emailed_code',
  helpdesk_form: true,
  password_length_min: 9,
  password_mix: true,
  appearance: {
    colour: '#12303b',
    logo: null,
    labels: { action: { one: 'Action', several: 'Actions' }, document: { one: 'Contract document', several: 'Contract documents' }, care_package: { one: 'Care package', several: 'Care packages' } },
  },
};

/** A picture: a white ring. */
export const LOGO = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAQAAAD9CzEMAAAAh0lEQVR42u2XWwrAMAgEc/9L2xMEovsQi/MfJ9BG3XMWBnFFWJqgiRTi8mlFlJAWf5YETK8gKIjLXxVBBXi1RUH+RskTtf+CIqB0WuT5P51tE2DdawW4AB1Q+w1GCOa0Cnk3bZ0HpIkmn8mGrUK+Fxk2uz8sv4Z8YEg4loxmSJmGnGxJ+gP4AH9JTzDJjmPPAAAAAElFTkSuQmCC', 'base64');

/** What a council may call things, where it is, and how it may look. */
export const ownAppearance = {
  colour: '#5b2a86',
  logo: `/api/logo/${'3f'.repeat(32)}.png`,
  labels: { action: { one: 'Query', several: 'Queries' }, document: { one: 'Service user agreement', several: 'Service user agreements' }, care_package: { one: 'Support plan', several: 'Support plans' } },
};

export const session = {
  name: 'Tahira Mian',
  email: 'tahira.mian@meadow.example',
  provider: { provider_ref: 'P1002', name: 'Meadow View House', kind: 'care_home' },
  provider_count: 4,
  permissions: ['see', 'respond_to_statement', 'act', 'sign', 'administer'],
  council_name: options.council_name,
  support_email: options.support_email,
  password_length_min: options.password_length_min,
  password_mix: options.password_mix,
  appearance: options.appearance,
};

/** Somebody of an agency that is paid by what it delivers, who may do everything about it. */
export const clerk = {
  ...session,
  provider: { provider_ref: 'P2001', name: 'Kindly at Home Ltd', kind: 'home_care' },
  permissions: ['see', 'enter_actuals', 'invoice'],
};

export const carer = { ...clerk, provider: { provider_ref: 'P7001', name: 'Bao and Agnes Whitlock', kind: 'shared_lives' }, provider_count: 1 };

export const challenge = {
  challenge: 'c-1',
  step: 'emailed_code',
  positions: null,
  alternatives: ['totp'],
  masked_email: 't***@meadow.example',
};

export const digitsChallenge = { ...challenge, step: 'memorable_digits', positions: [2, 5] };

const group = 'Meadow Care Group';
export const providers = {
  providers: [
    { provider_ref: 'P1002', name: 'Meadow View House', kind: 'care_home', parent_name: group, roles: ['payments'] },
    { provider_ref: 'P1003', name: 'Larch Court', kind: 'care_home', parent_name: group, roles: ['viewer'] },
    { provider_ref: 'P1004', name: 'Meadow Void Payments', kind: 'void_ledger', parent_name: group, roles: ['payments', 'viewer'] },
    { provider_ref: 'P2001', name: 'Kindly at Home Ltd', kind: 'home_care', parent_name: null, roles: ['admin'] },
  ],
};

export const manyProviders = {
  providers: Array.from({ length: 24 }, (_, index) => ({
    provider_ref: `P${3000 + index}`,
    name: `Home number ${index + 1} with a rather long name of the kind that groups give`,
    kind: index % 2 ? 'care_home' : 'extra_care',
    parent_name: index < 20 ? group : null,
    roles: ['viewer'],
  })),
};

export const home = {
  areas: [
    {
      area: 'scheduled_payments',
      title: 'Scheduled payments',
      line: '2 statements wait for your response',
      url: '/scheduled-payments/',
      attention: 'now',
      items: [
        { contract_ref: 'C3001', contract_name: 'Meadow View residential', period_start: '2026-10-26', period_end: '2026-11-22', response: 'unconfirmed', payable: '38421.76', confirm_by: '2026-11-24T17:00:00Z' },
        { contract_ref: 'C3002', contract_name: 'Meadow View block', period_start: '2026-10-26', period_end: '2026-11-22', response: 'confirmed', payable: '-1360.01', confirm_by: '2026-11-24T17:00:00Z' },
      ],
    },
    { area: 'care_packages', title: 'Care packages', line: '14 care packages, 3 changed since your last visit', url: '/care-packages/', attention: 'soon', count: 14, changed: 3 },
    {
      area: 'actuals', title: 'Actuals', line: '7 weeks of care to enter, and £379.78 held until the council agrees.', url: '/actuals/', attention: 'now',
      items: [{ contract_ref: 'C4001', contract_name: 'Home care north', period_start: '2026-10-26', period_end: '2026-11-22', url: '/actuals/period/?contract=C4001&period=2026-10-26', line: '23 of 30 weeks entered · confirm by 5pm on 27 November 2026' }],
    },
    {
      area: 'invoices', title: 'Invoices', line: '1 invoice is disputed and 1 can be created.', url: '/invoices/', attention: 'soon',
      items: [{ url: '/invoices/invoice/?invoice=C4001.2026-09-28.1', title: 'Invoice 41, Home care north', line: 'Disputed: £5,413.19' }],
    },
    {
      area: 'actions', title: 'Actions', line: '3 open actions. 1 waits for your reply. 1 is overdue.', url: '/actions/', attention: 'now',
      items: [
        { url: '/actions/action/?action=A-7f3c2a90', title: 'Hospital admission', line: 'waits for your reply · due 27 November 2026' },
        { url: '/actions/action/?action=A-2', title: 'Died 6 November 2026', line: 'with the council · overdue since 13 November 2026' },
      ],
    },
    {
      area: 'contract_documents', title: 'Contract documents', line: '1 document to agree or reject by 5pm on 27 November 2026.', url: '/contract-documents/', attention: 'soon',
      items: [{ url: '/contract-documents/document/?document=D5001', title: 'Service provision agreement, (Block) Meadow View - Residential (Band 3)', line: 'answer by 5pm on 27 November 2026' }],
    },
    { area: 'purchase_orders', title: 'Purchase orders', line: 'What is ordered, by client and financial year.', url: '/purchase-orders/', attention: 'none', items: [] },
    { area: 'contacts', title: 'Contacts', line: '1 change request waits for the council.', url: '/contacts/', attention: 'none', items: [] },
  ],
};

/** The same with no action open. */
export const quietHome = { areas: home.areas.map((area) => (area.area === 'actions' ? { ...area, line: 'No open actions.', attention: 'none', items: [] } : area)) };

const pack = {
  cpli_id: '188367',
  ss_ref: 'A394645',
  client: 'Miss Wednesday Ashdown',
  service_ref: 'S4001',
  service: '(Block) Meadow View - Residential (Band 3)',
  service_level: 'Permanent - Residential',
  start_date: '2023-10-23',
  end_date: null,
  cost: '£865.46 weekly',
  pricing: '1 x Placement at £865.46 (Spot)',
  authorised: true,
  contract_ref: 'C3001',
  changed_at: '2026-11-20T09:30:00Z',
  changed_since_last_visit: true,
  historical: false,
  prices: [
    { from_date: '2025-04-01', quantity: '1.0000', unit_price: '908.7300', weekly_cost: '908.73' },
    { from_date: '2023-10-23', quantity: '1.0000', unit_price: '865.4600', weekly_cost: '865.46' },
  ],
  contributions: [{ kind: 'client', from_date: '2023-10-23', to_date: null, weekly_amount: '162.30', collected_by: 'provider' }],
  absences: [{ from_date: '2026-11-02', to_date: '2026-11-06', kind: 'hospital', pay_percent: '100' }],
};

export const carePackages = {
  rows: [
    pack,
    { ...pack, cpli_id: '188631', ss_ref: 'A365739', client: null, changed_since_last_visit: false, authorised: false, prices: [], contributions: null, absences: [] },
    { ...pack, cpli_id: '142576', ss_ref: '000287', client: 'Mr Bartholomew Featherstonehaugh-Cholmondeley', end_date: '2026-10-01', historical: true, changed_since_last_visit: false, changed_at: null },
  ],
  filters: {
    services: [{ ref: 'S4001', name: pack.service }],
    clients: [{ ss_ref: 'A394645', name: pack.client }, { ss_ref: 'A365739', name: null }],
    service_levels: ['Permanent - Residential', 'Non-Permanent - Residential'],
  },
  total: 3,
};

export const manyCarePackages = {
  ...carePackages,
  rows: Array.from({ length: 2000 }, (_, index) => ({ ...pack, cpli_id: String(200_000 + index), changed_since_last_visit: false })),
  total: 2000,
};

const periods = [
  ['2026-12-21', '2027-01-17', 'future', 'unconfirmed'],
  ['2026-11-23', '2026-12-20', 'current', 'unconfirmed'],
  ['2026-10-26', '2026-11-22', 'locked', 'confirmed_with_queries'],
  ['2026-09-28', '2026-10-25', 'finalised', 'confirmed'],
  ['2026-08-31', '2026-09-27', 'finalised', 'rejected'],
  ['2026-08-03', '2026-08-30', 'finalised', 'not_required'],
];

export const scheduledPayments = {
  financial_years: ['2026-27', '2025-26'],
  financial_year: '2026-27',
  contracts: [{ contract_ref: 'C3001', name: 'Meadow View residential' }, { contract_ref: 'C3002', name: 'Meadow View block' }],
  contract_ref: 'C3001',
  contract_name: 'Meadow View residential',
  periods: periods.map(([period_start, period_end, lifecycle, response], index) => ({
    period_start,
    period_end,
    lifecycle,
    partially_finalised: index === 2,
    response,
    total: lifecycle === 'future' ? null : '41883.60',
    payable: lifecycle === 'future' ? null : '38421.76',
    non_payable: lifecycle === 'future' ? null : '3461.84',
    confirm_by: `${period_end}T17:00:00Z`,
    pay_date: period_end,
  })),
};

const line = {
  item_id: '5F1C09A2B7D34E60',
  kind: 'cost',
  correction: null,
  cpli_id: '188367',
  ss_ref: 'A394645',
  client: 'Miss Wednesday Ashdown',
  service: '(Block) Meadow View - Residential (Band 3)',
  service_level: 'Permanent - Residential',
  service_from: '2026-10-26',
  service_to: '2026-11-22',
  days: 28,
  amount: '3461.84',
  arithmetic: '1 × £865.46 a week × 28 days ÷ 7 = £3,461.84',
  status: 'payable',
  reason: null,
  cause: null,
  reverses: null,
  carried_from_period: null,
  paid_to: null,
  query: null,
};

export const statement = {
  contract_ref: 'C3001',
  contract_name: 'Meadow View residential',
  provider_name: 'Meadow View House',
  period_start: '2026-10-26',
  period_end: '2026-11-22',
  financial_year: '2026-27',
  lifecycle: 'current',
  response: { state: 'unconfirmed', by: null, at: null, comment: null, queries: [], superseded_at: null },
  can_respond: true,
  can_confirm_outstanding: false,
  confirm_by: '2026-11-24T17:00:00Z',
  finalise_at: '2026-11-26T06:00:00Z',
  pay_date: '2026-11-30',
  finalised_at: null,
  digest: 'd1',
  totals: { total: '6423.20', payable: '2961.36', non_payable: '3461.84' },
  payees: [
    { provider_ref: 'P1002', name: 'Meadow View House', payable: '1069.71' },
    { provider_ref: 'P1004', name: 'Meadow Void Payments', payable: '1891.65' },
  ],
  unconfirmed_in_a_row: 2,
  warning: 'The last 2 statements were not confirmed. If this one is not confirmed either, payments are suspended.',
  payable: [
    line,
    { ...line, item_id: 'INCOME0000000001', kind: 'income', amount: '-649.20', arithmetic: '−£162.30 a week × 28 days ÷ 7 = −£649.20' },
    { ...line, item_id: 'REVERSAL00000001', correction: 'reversal', service_from: '2026-09-28', service_to: '2026-10-25', amount: '-3461.84', reverses: '1D0C09A2B7D34E61', cause: 'The care package ended on 17 October 2026' },
    { ...line, item_id: 'REISSUE000000001', correction: 'reissue', service_from: '2026-09-28', service_to: '2026-10-17', days: 20, amount: '2472.74', arithmetic: '1 × £865.46 a week × 20 days ÷ 7 = £2,472.74', cause: 'The care package ended on 17 October 2026' },
    { ...line, item_id: 'MANUAL0000000001', kind: 'manual', cpli_id: null, ss_ref: null, client: null, service: null, service_level: null, days: null, amount: '-753.83', arithmetic: 'Part 2 of 3 of −£2,261.50', cause: 'Overpaid in May' },
    { ...line, item_id: 'VOID000000000001', kind: 'void', cpli_id: null, ss_ref: null, client: null, service_level: null, days: 17, amount: '1891.65', arithmetic: '(280 − 263) bed-days ÷ 7 × £865.46 × 90% = £1,891.65', paid_to: 'Meadow Void Payments', carried_from_period: '2026-09-28' },
  ],
  non_payable: [{ ...line, item_id: 'SUSPENDED0000001', status: 'suspended', reason: 'Suspended by the council: hours not agreed yet' }],
  held: [{ ...line, item_id: 'HELD000000000001', service_from: '2026-08-31', service_to: '2026-09-27', status: 'suspended', reason: 'Rejected by you', carried_from_period: '2026-08-31' }],
};

export const confirmed = {
  ...statement,
  response: { state: 'confirmed', by: 'Tahira Mian', at: '2026-11-23T10:05:00Z', comment: 'All as agreed', queries: [], superseded_at: null },
};

export const queried = {
  ...statement,
  response: { ...confirmed.response, state: 'confirmed_with_queries', queries: [{ item_id: line.item_id, comment: 'She left on 12 November' }] },
};

export const emptyStatement = {
  ...statement,
  totals: { total: '0.00', payable: '0.00', non_payable: '0.00' },
  payees: [],
  payable: [],
  non_payable: [],
  held: [],
  unconfirmed_in_a_row: 0,
  warning: null,
};

export const finalisedStatement = {
  ...confirmed,
  lifecycle: 'finalised',
  can_respond: false,
  can_confirm_outstanding: true,
  finalised_at: '2026-11-26T06:00:00Z',
  response: statement.response,
  payable: statement.payable.map((each) => ({ ...each, status: 'finalised' })),
  held: [],
};

export const remittance = {
  provider: { provider_ref: 'P1002', name: 'Meadow View House' },
  contract: { contract_ref: 'C3001', name: 'Meadow View residential' },
  period: { period_start: '2026-09-28', period_end: '2026-10-25' },
  run_id: 'C3001:2026-09-28',
  finalised_at: '2026-10-29T06:00:00Z',
  pay_date: '2026-11-02',
  lines: [
    { ss_ref: 'A394645', client: 'Miss Wednesday Ashdown', kind: 'cost', reason: 'Permanent - Residential', service_from: '2026-09-28', service_to: '2026-10-25', amount: '3461.84' },
    { ss_ref: 'A394645', client: 'Miss Wednesday Ashdown', kind: 'income', reason: 'Client contribution', service_from: '2026-09-28', service_to: '2026-10-25', amount: '-649.20' },
    { ss_ref: null, client: null, kind: 'manual', reason: 'Overpaid in May', service_from: '2026-09-28', service_to: '2026-09-28', amount: '-753.83' },
  ],
  pairs_hidden: 2,
  total: '2058.81',
  notes: ['Paid by BACS. Questions go to the payments team.'],
  council_notes: ['The payments office is closed on 25 and 28 December 2026.'],
};

export const account = {
  name: session.name,
  email: session.email,
  second_step: 'emailed_code',
  has_security_code: false,
  has_totp: false,
  sessions: [
    { id: 's1', created_at: '2026-11-22T08:01:00Z', last_seen_at: '2026-11-22T08:30:00Z', browser: 'Firefox on Windows', current: true },
    { id: 's2', created_at: '2026-11-21T12:00:00Z', last_seen_at: '2026-11-21T12:20:00Z', browser: null, current: false },
  ],
};

export const totp = {
  secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  uri: 'otpauth://totp/Portal:tahira',
  qr_svg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#fff"/><rect x="2" y="2" width="3" height="3"/></svg>',
};

const TITLES = {
  401: 'You are signed out',
  404: 'Not found',
  409: 'Something has changed',
  422: 'Check what you entered',
  503: 'Try again shortly',
};

/** A refusal as the API words it (shared/web, problem.rs): what is empty is left out. */
export function problem(status, code, detail = '', errors = []) {
  const body = { type: `/problems/${code}`, code, title: TITLES[status], status };
  if (detail) body.detail = detail;
  if (errors.length) body.errors = errors;
  return { status, body };
}
