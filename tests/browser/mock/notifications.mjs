// What the API answers about the emails that somebody gets.

const areas = [
  ['actions', 'Actions and change requests', 'New actions, answers to actions, and decisions on change requests', 'An action is assigned to you, there is an answer to one, or a change request is decided'],
  ['care_packages', 'Care package line items', 'Care packages that are new or have changed', null],
  ['contract_documents', 'Contract documents', 'Documents that were published, agreed or rejected', 'A document waits for your answer, and a reminder before its deadline'],
  ['scheduled_payments', 'Scheduled payments', 'Statements that opened, changed, were locked or finalised, and decisions on invoices', 'A statement waits for your answer, changed after it, was not confirmed in time or is paid, or an invoice is decided'],
];
export const settings = {
  daily: areas.map(([area, title, line]) => ({ area, title, line, on: area !== 'care_packages' })),
  immediate: [
    ...areas.filter(([, , , line]) => line).map(([area, title, , line]) => ({ area, title, line, on: area === 'actions' })),
    { area: 'password_change', title: 'Password change', line: 'Your password, security code or authenticator app is changed', on: true, fixed: true },
  ],
  email_state: { state: 'ok', at: null },
};
export const bounced = { ...settings, email_state: { state: 'bounced', at: '2026-11-12T07:01:00Z' } };
export const complained = { ...settings, email_state: { state: 'complained', at: '2026-11-12T07:01:00Z' } };

export const usual = {
  'GET /api/account/notifications': settings,
  'PUT /api/account/notifications': ({ body }) => ({ status: 200, body: { ...settings, daily: settings.daily.map((each) => ({ ...each, on: body.daily.includes(each.area) })), immediate: settings.immediate.map((each) => ({ ...each, on: each.fixed || body.immediate.includes(each.area) })) } }),
  'POST /api/unsubscribe': { masked_email: 't***@meadow.example' },
};
