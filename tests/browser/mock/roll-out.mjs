// What the API answers about announcements and about which contracts the portal shows.

import * as council from './council.mjs';

const who = (roles, permissions) => ({ ...council.session, council: { roles, teams: [], permissions } });
export const configuration = who(['configuration'], ['see_providers', 'see_settings', 'configure']);
export const contracts = who(['contracts'], ['see_providers', 'see_imports', 'import']);
export const auditor = who(['auditor'], ['see_providers', 'see_settings']);

const made = { made_at: '2026-11-20T09:00:00Z', made_by: 'Connie Figg', withdrawn_at: null, withdrawn_by: null };
const shown = { announcement_id: 'n1', text: 'The portal is closed on Friday from 6pm.\nConfirm before then.', audience: 'everybody', from_date: '2026-11-20', to_date: '2026-11-27', standing: 'shown', ...made };
export const announcements = {
  today: '2026-11-22',
  rows: [
    shown,
    { ...shown, announcement_id: 'n2', text: 'From 1 December homecare is on the portal too.', audience: 'providers', from_date: '2026-12-01', to_date: null, standing: 'coming' },
    { ...shown, announcement_id: 'n3', text: 'The portal is closed on Thursday.', standing: 'replaced', withdrawn_at: '2026-11-20T09:30:00Z', withdrawn_by: 'Connie Figg' },
    { ...shown, announcement_id: 'n4', text: 'Staff training at 10am.', audience: 'staff', standing: 'ended', to_date: '2026-11-21' },
  ],
  next: null,
  may_announce: true,
};
export const withdrawn = { ...announcements, rows: [{ ...shown, standing: 'withdrawn', withdrawn_at: '2026-11-22T10:00:00Z', withdrawn_by: 'Connie Figg' }] };
export const readOnly = { ...announcements, may_announce: false };
export const none = { ...announcements, rows: [] };

/** What stands above a page. */
export const said = [{ announcement_id: 'n1', text: shown.text }, { announcement_id: 'n5', text: 'Second: a word that is so long that it does not fit, Donaudampfschifffahrtsgesellschaftskapitaenswitwenrente.' }];

const row = { provider_ref: 'P1002', provider_name: 'Meadow View House', contract_ref: 'C3002', name: 'Meadow View, "residential"', payment_method: 'scheduled', cycle_ref: '28DAY', portal_from: '2026-03-30', shown: true, locked_to: '2026-10-25' };
export const rollOut = {
  today: '2026-11-22', shown: 1, coming: 2, days: [{ date: '2026-12-21', contracts: 2 }],
  rows: [row, { ...row, contract_ref: 'C3004', name: 'Meadow View, "residential"', portal_from: '2026-12-21', shown: false, locked_to: null }, { ...row, provider_ref: 'P1009', provider_name: 'Larch Homecare', contract_ref: 'C3009', name: 'Larch homecare', payment_method: 'actuals', portal_from: '2026-12-21', shown: false, locked_to: null }],
  next: null, found: 3, may_change: true,
};
export const look = { ...rollOut, may_change: false };
export const nothing = { ...rollOut, rows: [], found: 0 };

export const usual = {
  'GET /api/council/announcements': announcements,
  'POST /api/council/announcements': announcements,
  'POST /api/council/announcements/n1/withdrawal': withdrawn,
  'GET /api/council/roll-out': rollOut,
};
