// What the API answers about one provider and one client.

const person = { name: 'Rowan Ellery', email: 'rowan.ellery@northbridge.example', provider: null, provider_count: 0, permissions: [], council_name: 'Northbridge Council', support_email: 'portal.support@northbridge.example' };
export const auditor = { ...person, council: { roles: ['auditor'], teams: [], permissions: ['see_queues', 'see_providers', 'see_actions', 'see_payments', 'see_documents', 'see_purchase_orders', 'see_change_requests'] } };
export const configuration = { ...person, council: { roles: ['configuration'], teams: [], permissions: ['see_queues', 'see_providers'] } };

const row = { about: '', url: null, state: null, on: null, amount: null, lines: [] };
const part = (section, title, url, rows, count = rows.length) => ({ section, title, url, rows: rows.map((each) => ({ ...row, ...each })), count });
const contracts = part('contracts', 'Contracts', null, [
  { what: 'Meadow View residential', about: 'C3001, paid as scheduled', url: '/council/directives/?provider=P1002&contract=C3001', state: 'on_the_portal', on: '2026-04-01' },
  { what: 'Meadow View respite with a rather long name of the kind that groups give', about: 'C3002, paid as delivered', state: 'coming', on: '2027-01-04' },
]);

export const provider = {
  provider: { provider_ref: 'P1002', name: 'Meadow View House', kind: 'care_home', parent_ref: 'P1000', address: '2 Meadow Lane, Northbridge', phone: '01632 960123', email: 'office@meadowview.example', vat_number: null },
  sections: [
    contracts,
    part('statements', 'Statements', '/council/payments/', [{ what: 'Meadow View residential', about: '2 Nov 2026 to 29 Nov 2026', url: '/council/payments/statement/?provider=P1002&contract=C3001&period=2026-11-02', state: 'current', on: '2026-11-18', amount: '3461.84', lines: ['confirmed_with_queries'] }]),
    part('exceptions', 'Weeks over tolerance', '/council/exceptions/?q=P1002', []),
    part('actions', 'Open actions', '/council/actions/', [{ what: 'A question about a price', about: 'Care package query: Miss Wednesday Ashdown (Client)', url: '/council/actions/action/?provider=P1002&action=A-1', state: 'with_council', on: '2026-11-27' }], 23),
    part('contacts', 'Contacts', '/council/contacts/?provider=P1002', [{ what: 'Ana Kestrel', about: 'payments, viewer', state: 'signs_in' }]),
  ],
};
export const little = { ...provider, provider: { ...provider.provider, parent_ref: null, address: null, phone: null, email: null }, sections: [contracts] };

export const client = {
  ss_ref: 'A272433', name: 'Miss Wednesday Ashdown', date_of_death: null, providers: [{ provider_ref: 'P1002', name: 'Meadow View House' }],
  sections: [
    part('care_packages', 'Care packages', null, [{ what: 'Permanent - Residential', about: 'CPLI 188367, service S4001, P1002', state: 'open', on: '2026-01-05', lines: ['From 5 Jan 2026', 'From 1 Apr 2026: 1 at £865.46', 'From 5 Jan 2026: 1 at £840.00'] }]),
    part('lines', 'Lines of statements of the last three months', null, [
      { what: '2 Nov 2026 to 29 Nov 2026', about: 'Meadow View - Residential', url: '/council/payments/statement/?provider=P1002&contract=C3001&period=2026-11-02', state: 'payable', on: '2026-11-02', amount: '3461.84', lines: ['1 × £865.46 a week × 28 days ÷ 7 = £3,461.84', 'Statement current'] },
      { what: '2 Nov 2026 to 29 Nov 2026', about: 'Meadow View - Residential', state: 'payable', on: '2026-11-02', amount: '-400.00', lines: ['Statement current'] },
    ]),
    part('documents', 'Contract documents', null, []),
    part('orders', 'Purchase orders', null, [{ what: 'PO-P1002-2026-27-A272433', about: 'Meadow View - Residential', url: '/council/purchase-orders/order/?provider=P1002&year=2026-27&client=A272433', on: '2026-04-01', amount: '45003.92' }]),
  ],
};
export const died = { ...client, date_of_death: '2026-11-06', providers: [], sections: [] };

export const usual = { 'GET /api/council/provider/P1002': provider, 'GET /api/council/client/A272433': client };
