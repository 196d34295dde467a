// What the API answers about purchase orders.

export const PATH = '/purchase-orders/order/?year=2026-27&client=A394645';
export const API = '/api/purchase-orders/2026-27/A394645';

const row = { order_ref: 'PO-P1002-2026-27-A394645', financial_year: '2026-27', ss_ref: 'A394645', client: 'Miss Wednesday Ashdown', services: ['(Block) Meadow View - Residential (Band 3)'], revision: 3, revised_at: '2026-11-19T06:00:00Z', total: '41390.76' };
export const list = {
  financial_years: ['2026-27', '2025-26'], financial_year: '2026-27',
  rows: [row, { ...row, order_ref: 'PO-P1002-2026-27-A365739', ss_ref: 'A365739', client: null, services: ['(Block) Meadow View - Residential (Band 3)', 'Meadow View respite'], revision: 1, total: '45127.56' }],
  clients: [{ ss_ref: 'A394645', name: 'Miss Wednesday Ashdown' }, { ss_ref: 'A365739', name: null }], services: [{ service_ref: 'S4001', name: '(Block) Meadow View - Residential (Band 3)' }],
};
export const many = { ...list, rows: Array.from({ length: 250 }, (_, index) => ({ ...row, ss_ref: `A3${String(index).padStart(5, '0')}`, order_ref: `PO-P1002-2026-27-A3${String(index).padStart(5, '0')}` })) };
export const none = { ...list, rows: [] };

const line = {
  cpli_id: '188367', service: '(Block) Meadow View - Residential (Band 3)', service_level: 'Permanent - Residential', contract_name: 'Meadow View block', from: '2026-04-01', to: '2026-11-01', days: 215, quantity: '1.0000', unit: 'placement', unit_price: '865.4600', price_per: 'week',
  arithmetic: '1 × £865.46 a week × 215 days ÷ 7 = £26,581.99', kind: 'cost', amount: '26581.99',
};
export const view = {
  order_ref: row.order_ref, revision: 3, revised_at: row.revised_at, latest: true, financial_year: '2026-27', from: '2026-04-01', to: '2027-03-31',
  provider: { name: 'Meadow View House', address: '2 Meadow Lane\nNorthbridge\nNB3 7TT' }, council_name: 'Northbridge Council', client: row.client, ss_ref: row.ss_ref,
  lines: [line, { ...line, from: '2026-11-02', to: '2027-03-31', days: 150, unit_price: '881.2000', arithmetic: '1 × £881.20 a week × 150 days ÷ 7 = £18,882.86', amount: '18882.86' }, { ...line, kind: 'income', to: '2027-03-31', days: 365, unit_price: '78.1500', arithmetic: '−£78.15 a week × 365 days ÷ 7 = −£4,074.96', amount: '-4074.96' }],
  total_cost: '45464.85', total_income: '-4074.96', total: '41389.89',
  revisions: [
    { revision: 3, at: row.revised_at, total: '41389.89', cause: 'The price changed from 2 November 2026' },
    { revision: 2, at: '2026-08-02T06:00:00Z', total: '41052.49', cause: 'The contribution changed from 1 August 2026' },
    { revision: 1, at: '2026-04-01T06:00:00Z', total: '45127.56', cause: 'First order of the year' },
  ],
  differences: [{ label: '(Block) Meadow View - Residential (Band 3) (CPLI 188367), 2 November 2026 to 31 March 2027', before: '1 × £865.46 a week', after: '1 × £881.20 a week' }, { label: 'Total', before: '£41,052.49', after: '£41,389.89' }],
};
export const earlier = { ...view, revision: 2, latest: false, revised_at: view.revisions[1].at, total: '41052.49', lines: [{ ...line, to: '2027-03-31', days: 365 }], differences: [{ label: 'Contribution', before: null, after: '£78.15 a week' }] };
export const single = { ...view, revision: 1, revisions: [view.revisions[2]], differences: [], lines: [line] };

export const usual = { 'GET /api/purchase-orders': list, [`GET ${API}`]: view };
