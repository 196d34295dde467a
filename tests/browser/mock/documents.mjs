// What the API answers about contract documents.

export const REF = 'D5001';
export const PATH = `/contract-documents/document/?document=${REF}`;
export const API = `/api/contract-documents/${REF}`;
export const answerer = (session) => ({ ...session, permissions: [...session.permissions, 'sign'] });

const row = {
  document_ref: REF, version: 2, doc_type: 'Service provision agreement', client: 'Miss Wednesday Ashdown', ss_ref: 'A394645', cpli_id: '188367', service_ref: 'S4001', service: '(Block) Meadow View - Residential (Band 3)',
  date_from: '2026-11-02', date_to: null, state: 'published', note: 'Published by Rowan Ellery on 20 November 2026', published_at: '2026-11-20T09:00:00Z', updated_at: '2026-11-20T09:00:00Z', answer_by: '2026-11-27T17:00:00Z', can_answer: true,
};
export const list = {
  rows: [
    row,
    { ...row, document_ref: 'D5002', version: 1, doc_type: 'Block contract variation', client: null, ss_ref: null, cpli_id: null, service: null, service_ref: null, date_from: '2026-04-01', date_to: '2027-03-31' },
    { ...row, document_ref: 'D5003', version: 1, client: 'Mr Ignatius Bartholomew-Featherstonehaugh', ss_ref: 'A365739', cpli_id: '188631', state: 'rejected', note: 'Rejected by Tahira Mian on 18 November 2026. Reason: The start date is incorrect, it should be 03.10.2026.', can_answer: false, answer_by: null },
    { ...row, document_ref: 'D5004', version: 1, state: 'agreed', note: 'Agreed by Tahira Mian on 12 November 2026', can_answer: false, answer_by: null },
    { ...row, document_ref: 'D5005', version: 1, state: 'agreed_manually', note: 'Agreed manually by Northbridge Council on 10 November 2026', can_answer: false, answer_by: null },
  ],
  services: [{ service_ref: 'S4001', name: row.service }], clients: [{ ss_ref: 'A394645', name: 'Miss Wednesday Ashdown' }, { ss_ref: 'A365739', name: null }], counts: { open: 2 }, can_answer: true,
};
export const none = { ...list, rows: [], counts: { open: 0 } };

const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
export const view = {
  ...row, file: { sha256: hash, size_bytes: 48_300 },
  fields: [{ label: 'Client', value: 'Miss Wednesday Ashdown' }, { label: 'SSRef', value: 'A394645' }, { label: 'Service', value: row.service }, { label: 'Service level', value: 'Permanent - Residential' }, { label: 'Start', value: '2 November 2026' }, { label: 'Price', value: '1 × £865.46 a week' }],
  differences: [{ label: 'Start', before: '26 October 2026', after: '2 November 2026' }, { label: 'End', before: '20 November 2026', after: null }],
  versions: [
    { version: 2, state: 'published', note: row.note, published_at: row.published_at, sha256: hash },
    { version: 1, state: 'rejected', note: 'Rejected by Tahira Mian on 18 November 2026. Reason: The start date is incorrect, it should be 2 November.', published_at: '2026-11-12T09:00:00Z', sha256: `a${hash.slice(1)}` },
  ],
  consent: 'By entering your password below and choosing “Agree” you agree to this document. This is contractually binding.',
};
const answered = (state, note) => ({ ...view, state, note, can_answer: false, answer_by: null, versions: [{ ...view.versions[0], state, note }, view.versions[1]] });
export const agreed = answered('agreed', 'Agreed by Tahira Mian on 22 November 2026');
export const rejected = answered('rejected', 'Rejected by Tahira Mian on 22 November 2026. Reason: The price is wrong');
export const manually = answered('agreed_manually', 'Agreed manually by Northbridge Council on 22 November 2026');
export const readOnly = { ...view, can_answer: false };
export const first = { ...view, version: 1, differences: [], versions: [{ ...view.versions[0], version: 1 }] };
export const newer = { ...view, version: 3, differences: [{ label: 'Price', before: '1 × £865.46 a week', after: '1 × £881.20 a week' }], versions: [{ ...view.versions[0], version: 3 }, { ...view.versions[0], state: 'superseded' }, view.versions[1]] };

export const usual = {
  'GET /api/contract-documents': list,
  [`GET ${API}`]: view,
  [`POST ${API}/agreement`]: agreed,
  [`POST ${API}/rejection`]: rejected,
};
