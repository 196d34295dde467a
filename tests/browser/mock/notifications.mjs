// What the API answers about the emails that somebody gets.

const line = (area) => ({
  actions: 'Actions that are with you, and replies', care_packages: 'Care packages that are new or have changed', contract_documents: 'Documents that wait for your answer', scheduled_payments: 'Statements to confirm, and payments that are finalised',
}[area]);
const daily = (area, title, on) => ({ area, title, line: line(area), on });
export const settings = {
  daily: [daily('actions', 'Actions', true), daily('care_packages', 'Care package line items', false), daily('contract_documents', 'Contract documents', true), daily('scheduled_payments', 'Scheduled payments', true)],
  immediate: [
    { area: 'actions', title: 'Actions', line: 'When an action is assigned to you, or somebody replies', on: true, fixed: false },
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
