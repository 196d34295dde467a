// What the API answers about everybody who signs in.

import { helpdesk as staff, auditor as reader } from './council.mjs';

const ok = { state: 'ok', at: null };
const may = (session, ...more) => ({ ...session, council: { ...session.council, permissions: [...session.council.permissions, ...more] } });
export const helpdesk = may(staff, 'see_users', 'manage_users');
export const auditor = may(reader, 'see_users');

const ADA = '3b8f1f2e0d9c4a7b6e5d4c3b2a19080706050403020100ffeeddccbbaa998877';
const long = 'bartholomew.winterbourne-ashcombe@meadow-view-house.meadowcaregroup.example';
const meadow = { provider_ref: 'P1002', provider_name: 'Meadow View House', roles: ['payments', 'admin'] };
const others = ['P1003', 'P1004', 'P1005'].map((ref) => ({ ...meadow, provider_ref: ref, provider_name: `Home ${ref}` }));
const row = { user_id: ADA, name: 'Tahira Mian', email: 'tahira.mian@meadow.example', council: false, state: 'active', locked_until: null, email_state: ok, signed_in_at: '2026-11-22T08:15:00Z', roles: [], providers: [meadow] };
export const list = {
  rows: [
    row,
    { ...row, user_id: 'u2', name: 'Bartholomew Winterbourne-Ashcombe', email: long, state: 'invited', email_state: { state: 'bounced', at: '2026-11-12T07:01:00Z' }, signed_in_at: null, providers: [meadow, ...others] },
    { ...row, user_id: 'u3', name: 'Imre Castellan', email: 'imre@northbridge.example', council: true, state: 'locked', roles: ['payments_officer'], providers: [] },
    { ...row, user_id: 'u4', name: 'Ida Larch', email: 'ida@larch.example', locked_until: '2026-11-22T12:00:00Z', providers: [] },
  ],
  next: null,
  found: 4,
};
export const more = { ...list, next: 'u4', found: 5 };
export const rest = { rows: [{ ...row, user_id: 'u5', name: 'Zoe Last' }], next: null, found: 5 };

export const user = {
  user_id: ADA, name: 'Tahira Mian', email: 'tahira.mian@meadow.example', state: 'active', invited_at: '2026-01-05T09:00:00Z', signed_in_at: '2026-11-22T08:15:00Z', lock: null, locked_until: null, email_state: ok,
  second_step: 'totp', has_authenticator: true, has_security_code: false, staff: null, providers: [meadow, ...others],
  sessions: [{ browser: 'Firefox on Windows', created_at: '2026-11-22T08:15:00Z', last_seen_at: '2026-11-22T09:40:00Z' }],
  you: false, help: ['send_password_reset', 'take_second_step_away', 'end_sessions', 'lock'],
};
export const locked = { ...user, state: 'locked', lock: { at: '2026-11-22T10:00:00Z', by: 'Rowan Ellery', reason: 'Left Meadow View on Friday' }, sessions: [], help: ['take_second_step_away', 'unlock'] };
export const invited = { ...user, state: 'invited', signed_in_at: null, second_step: 'emailed_code', has_authenticator: false, sessions: [], email_state: { state: 'bounced', at: '2026-11-12T07:01:00Z' }, help: ['invite_again', 'send_password_reset', 'lock'] };
export const colleague = { ...user, name: 'Imre Castellan', staff: { staff_ref: 'S2', roles: ['payments_officer'], teams: ['Service agreement team'] }, providers: [] };
export const yourself = { ...colleague, you: true, help: [] };
export const readOnly = { ...user, help: [] };
export const nowhere = { ...readOnly, providers: [], sessions: [] };

export const USER = `/council/user/?user=${ADA}`;
export const USER_API = `/api/council/users/${ADA}`;

const rota = { key_id: '5F1C09A2B7D34E60', name: 'Rota software', scopes: ['read', 'actuals'], state: 'live', created_at: '2026-10-02T09:12:00Z', created_by: 'Tahira Mian', last_day: '2027-10-02', last_used_at: '2026-11-21T22:05:00Z', revoked_at: null, revoked_by: null, revoked_reason: null };
export const keys = { provider_ref: 'P1002', provider_name: 'Meadow View House', may_revoke: true, keys: [
  rota,
  { ...rota, key_id: 'BB1C09A2B7D34E62', name: 'Rota software, before it moved to another machine', state: 'revoked', revoked_at: '2026-10-02T09:30:00Z', revoked_by: 'Tahira Mian' },
] };
export const revokedKey = { ...rota, state: 'revoked', revoked_at: '2026-11-22T10:00:00Z', revoked_by: 'Rowan Ellery', revoked_reason: 'It was seen on a public web page' };
export const revokedKeys = { ...keys, keys: [revokedKey, keys.keys[1]] };
export const KEYS = '/council/api-keys/?provider=P1002';
export const KEYS_API = '/api/council/api-keys/P1002';

export const usual = {
  [`GET ${KEYS_API}`]: keys,
  [`POST ${KEYS_API}/5F1C09A2B7D34E60/revocation`]: revokedKey,
  'GET /api/council/users': list,
  [`GET ${USER_API}`]: user,
  [`POST ${USER_API}/lock`]: locked,
  [`POST ${USER_API}/unlock`]: user,
  [`POST ${USER_API}/invitation`]: invited,
  [`POST ${USER_API}/password-reset`]: user,
  [`POST ${USER_API}/second-step/removal`]: { ...user, second_step: 'emailed_code', sessions: [], help: ['send_password_reset', 'lock'] },
  [`POST ${USER_API}/sessions/end`]: { ...user, sessions: [], help: ['send_password_reset', 'take_second_step_away', 'lock'] },
};
