// What the API answers about actions: a few types with forms of their own, a list, and a conversation.

import { readFileSync } from 'node:fs';
import { presigned } from './actuals.mjs';

export const ID = 'A-7f3c2a90';
export const PATH = `/actions/action/?action=${ID}`;
export const API = `/api/actions/${ID}`;

const council = (team_ref, name) => ({ side: 'council', team_ref, name });
const us = { side: 'provider', team_ref: null, name: 'Meadow View House' };
export const teams = [{ team_ref: 'T01', name: 'Service agreement team' }, { team_ref: 'T02', name: 'Brokerage team' }, { team_ref: 'T03', name: 'Payments team' }];
export const limits = { count_max: 5, size_bytes_max: 10_485_760, accept: ['.pdf', '.png', '.jpg', '.jpeg', '.docx', '.xlsx', '.txt', '.eml'] };

// As they are configured unless a council says otherwise, so that the form is tested with what it has to show.
const configured = JSON.parse(readFileSync(new URL('../../../shared/domain/src/action/types.json', import.meta.url), 'utf8'));
const fieldOf = ({ field, label, kind, required, hint = null, choices = [], length_max = null }) => ({ field, label, kind, required, hint, choices, length_max });
export const types = configured.types.map(({ type_ref, name, help, related_to, title_hint, fields }, index) => ({
  type_ref, name, help, related_to, team_ref: teams[index % teams.length].team_ref, due_on: '2026-12-01', title_hint, fields: fields.map(fieldOf),
}));

const row = {
  action_id: ID, title: 'Hospital admission', type_ref: 'care_package_query', type_name: 'Care package query', state: 'open', re: 'Miss Wednesday Ashdown (CPLI 188367)', due_on: '2026-11-27', overdue: false,
  assigned_to: us, created_at: '2026-11-18T09:12:00Z', created_by: 'Tahira Mian', last_post_at: '2026-11-20T15:12:00Z', last_post_side: 'council',
};

export const list = {
  rows: [
    row,
    { ...row, action_id: 'A-2', title: 'Died 6 November 2026', type_ref: 'death', type_name: 'Death notification', re: 'Mr Ignatius Bartholomew-Featherstonehaugh (A365739)', due_on: '2026-11-13', overdue: true, assigned_to: council('T01', 'Service agreement team'), last_post_side: 'provider', last_post_at: '2026-11-08T15:09:00Z' },
    { ...row, action_id: 'A-3', title: 'Statement of 26 October: the contribution of one client is taken off twice', type_ref: 'payment_query', type_name: 'Payment query', re: null, due_on: null, assigned_to: council('T03', 'Payments team'), last_post_side: 'provider' },
    { ...row, action_id: 'A-4', title: 'Extra calls, 2 to 8 November', type_ref: 'variation', type_name: 'Variation', state: 'done', assigned_to: council('T02', 'Brokerage team') },
  ],
  types: types.map(({ type_ref, name }) => ({ type_ref, name })), teams, counts: { open: 3, with_provider: 1, overdue: 1 }, can_create: true,
};
export const none = { ...list, rows: [], counts: { open: 0, with_provider: 0, overdue: 0 } };

export const form = {
  types, teams, text_length_max: 7500, attachments: limits,
  clients: [{ ss_ref: 'A394645', name: 'Miss Wednesday Ashdown' }, { ss_ref: 'A365739', name: null }],
  packages: [
    { cpli_id: '188367', ss_ref: 'A394645', client: 'Miss Wednesday Ashdown', line: 'Permanent - Residential (Placement) from (Block) Meadow View - Residential (Band 3), starts 3 August 2022' },
    { cpli_id: '188631', ss_ref: 'A365739', client: null, line: 'Permanent - Residential from Meadow View, starts 11 September 2023' },
  ],
  filled: null,
};
export const fromPackage = { ...form, filled: { related: { kind: 'care_package', ss_ref: 'A394645', cpli_id: '188367' }, type_ref: null, title: '', text: 'Re: care package line item 188367 for Miss Wednesday Ashdown. Permanent - Residential (Placement) from (Block) Meadow View - Residential (Band 3), starts 3 August 2022.\n\n' } };
export const fromLine = { ...form, filled: { related: { kind: 'statement', contract_ref: 'C3001', period_start: '2026-10-26', item_id: '5F1C09A2B7D34E60', label: 'Meadow View residential, 26 October to 22 November 2026' }, type_ref: 'payment_query', title: 'Line of £3,461.84', text: 'Re: Miss Wednesday Ashdown, 26 Oct to 22 Nov 2026, £3,461.84.\n\n' } };

const post = { post: 1, at: '2026-11-18T09:12:00Z', by: 'Tahira Mian', side: 'provider', text: 'She went into hospital on 17 November and is expected back in two weeks.\nIs the bed to be kept?', attachments: [], change: 'Assigned to Service agreement team' };
export const view = {
  ...row, provider_ref: 'P1002', provider_name: 'Meadow View House', details: [{ label: 'Hospital', value: 'Northbridge General' }, { label: 'Admitted', value: '17 November 2026' }],
  related: { kind: 'care_package', label: 'CPLI 188367, Miss Wednesday Ashdown', url: '/care-packages/?client=A394645' },
  posts: [
    post,
    { ...post, post: 2, at: '2026-11-19T10:30:00Z', by: 'Rowan Ellery, Northbridge Council', side: 'council', text: 'Thank you. Please send us the letter of admission.', change: 'Assigned to Meadow View House' },
    { ...post, post: 3, at: '2026-11-19T11:02:00Z', text: 'Here it is.', attachments: [{ attachment_id: 'f1', file_name: 'admission letter of 17 November 2026 from Northbridge General Hospital ward 7.pdf', media_type: 'application/pdf', size_bytes: 184_300 }, { attachment_id: 'f2', file_name: 'notes.docx', media_type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', size_bytes: 22_000 }], change: 'Assigned to Service agreement team' },
    { ...post, post: 4, at: '2026-11-20T15:12:00Z', by: 'Rowan Ellery, Northbridge Council', side: 'council', text: 'The bed is kept for four weeks at the full price. Do you agree?', change: 'Assigned to Meadow View House' },
  ],
  can: { reply: true, complete: true, reopen: false, decide: false }, teams, text_length_max: 7500, attachments: limits, decision: null,
};
export const withCouncil = { ...view, overdue: true, due_on: '2026-11-13', assigned_to: council('T01', 'Service agreement team'), posts: view.posts.slice(0, 1) };
export const replied = { ...withCouncil, overdue: false, due_on: '2026-11-27', posts: [...view.posts, { ...post, post: 5, at: '2026-11-22T09:00:00Z', text: 'Yes.' }] };
export const done = { ...view, state: 'done', can: { reply: false, complete: false, reopen: true, decide: false }, posts: [...view.posts, { ...post, post: 5, text: null, at: '2026-11-22T09:00:00Z', change: 'Marked as done' }] };
export const reopened = { ...replied, posts: [...done.posts, { ...post, post: 6, text: 'Not settled', at: '2026-11-22T10:00:00Z', change: 'Reopened' }] };
export const readOnly = { ...view, can: { reply: false, complete: false, reopen: false, decide: false } };
export const accepted = { ...view, type_ref: 'death', type_name: 'Death notification', title: 'Died 6 November 2026', details: [{ label: 'Date of death', value: '6 November 2026' }], decision: { outcome: 'accepted', at: '2026-11-21T09:00:00Z', by: 'Rowan Ellery', reason: null, line: 'The care ends on 6 November 2026. Your next statement takes back £1,978.19.' } };
export const declined = { ...accepted, decision: { outcome: 'declined', at: '2026-11-21T09:00:00Z', by: 'Rowan Ellery', reason: 'The certificate says 7 November 2026. Please send the date again.', line: 'The care stays as it is.' } };
export const long = { ...view, title: 'A title of the longest kind that somebody types when the whole story goes into it, although there is a text for that: hospital, ward 7, since 17 November', posts: Array.from({ length: 40 }, (_, index) => ({ ...view.posts[index % 4], post: index + 1 })) };

export const usual = {
  'GET /api/actions': list,
  'GET /api/actions/form': form,
  'POST /api/actions': { status: 201, body: { ...withCouncil, overdue: false, due_on: '2026-11-27' } },
  'POST /api/actions/attachments': ({ body }) => ({ status: 201, body: { upload_id: `up-${body.file_name}`, ...presigned(`uploads/P1002/actions/up-${body.file_name}`, 10_485_760) } }),
  [`GET ${API}`]: view,
  [`POST ${API}/posts`]: replied,
  [`POST ${API}/completion`]: done,
  [`POST ${API}/reopening`]: reopened,
};
