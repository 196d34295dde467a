// The built site with an API of canned answers, on the loopback and a free port. It sends the same content security
// policy as the distribution in infra/template.yaml, so that a page which breaks it fails here.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as actions from './actions.mjs';
import * as actuals from './actuals.mjs';
import * as contacts from './contacts.mjs';
import * as audit from './audit.mjs';
import * as council from './council.mjs';
import * as data from './data.mjs';
import * as documents from './documents.mjs';
import * as gathered from './gathered.mjs';
import * as invoices from './invoices.mjs';
import * as notifications from './notifications.mjs';
import * as orders from './orders.mjs';
import * as payments from './payments.mjs';
import * as reports from './reports.mjs';
import * as rollOut from './roll-out.mjs';
import * as users from './users.mjs';
import * as settings from './settings.mjs';
import * as software from './software.mjs';

const SITE = fileURLToPath(new URL('../../../static-site/_site/', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

const template = await readFile(new URL('../../../infra/template.yaml', import.meta.url), 'utf8');
// Without the origin of the upload bucket, which the template fills in: here files go to this server.
export const POLICY = /ContentSecurityPolicy:[^"]*"(default-src [^"]+)"/.exec(template)[1].replace(/ \S*\$\{[^}]*\}[^\s;]*/g, '');

/** Everything that is asked for when nothing goes wrong. A value is a body, {status, body}, or a function of the request. */
export const usual = {
  'GET /api/sign-in/options': data.options,
  [`GET ${data.ownAppearance.logo}`]: { status: 200, body: data.LOGO },
  'POST /api/sign-in': data.challenge,
  'POST /api/sign-in/code': { next: '/home/' },
  'POST /api/sign-in/code/another': {},
  'POST /api/invitation': { email: data.session.email },
  'POST /api/invitation/totp': data.totp,
  'POST /api/password-reset': { status: 202, body: {} },
  'POST /api/password-reset/password': {},
  'POST /api/helpdesk-request': { status: 202, body: {} },
  'POST /api/sign-out': { status: 204, body: null },
  'GET /api/session': data.session,
  'GET /api/providers': data.providers,
  'POST /api/providers/selection': {},
  'GET /api/home': data.home,
  'GET /api/care-packages': data.carePackages,
  'GET /api/scheduled-payments': data.scheduledPayments,
  'GET /api/scheduled-payments/C3001/2026-10-26': data.statement,
  'POST /api/scheduled-payments/C3001/2026-10-26/confirmation': data.confirmed,
  'POST /api/scheduled-payments/C3001/2026-10-26/queries': data.queried,
  'POST /api/scheduled-payments/C3001/2026-10-26/rejection': data.confirmed,
  'GET /api/scheduled-payments/C3001/2026-10-26/remittance': data.remittance,
  'GET /api/account': data.account,
  'POST /api/account/password': {},
  'POST /api/account/security-code': {},
  'POST /api/account/totp': data.totp,
  'POST /api/account/totp/confirmation': {},
  'POST /api/account/totp/removal': {},
  'POST /api/account/sessions/s2/end': {},
  'POST /api/account/sessions/end-others': {},
  ...actuals.usual,
  ...invoices.usual,
  ...actions.usual,
  ...contacts.usual,
  ...documents.usual,
  ...orders.usual,
  ...reports.usual,
  ...software.usual,
  ...notifications.usual,
  ...audit.usual,
  ...council.usual,
  ...payments.usual,
  ...users.usual,
  ...rollOut.usual,
  ...settings.usual,
  ...gathered.usual,
};

/** Starts the server. `answers` may be replaced between tests; `asked` is what came in since the last `answer()`. */
export async function serve() {
  const server = createServer((request, response) => {
    respond(self, request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  const self = {
    answers: usual,
    asked: [],
    /** Files that came: {fields: names in their order, bytes}. `bucket(request)` may answer otherwise than 204. */
    uploaded: [],
    bucket: null,
    /** Answers as usual, but for what is given. */
    answer(other = {}) {
      self.answers = { ...usual, ...other };
      self.asked = [];
      self.uploaded = [];
      self.bucket = null;
    },
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  self.url = `http://127.0.0.1:${server.address().port}`;
  return self;
}

async function respond(self, request, response) {
  const url = new URL(request.url, 'http://portal');
  if (url.pathname.startsWith('/api/')) return answerApi(self, request, response, url);
  if (url.pathname === actuals.BUCKET) return answerBucket(self, request, response);
  return answerFile(response, url.pathname);
}

async function answerApi(self, request, response, url) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const key = `${request.method} ${url.pathname}`;
  const json = request.headers['content-type'] === 'application/json';
  if (request.method !== 'GET' && !json) return send(response, data.problem(415, 'not-json', 'Send JSON'));
  const asked = { key, query: Object.fromEntries(url.searchParams), body: text ? JSON.parse(text) : null };
  self.asked.push(asked);
  const found = self.answers[key];
  if (found === 'no answer') return request.socket.destroy();
  if (found === undefined) return send(response, data.problem(404, 'not-found', 'This cannot be found'));
  return send(response, typeof found === 'function' ? found(asked) : found);
}

// As a bucket takes a form: the fields first and the file last.
async function answerBucket(self, request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('latin1');
  self.uploaded.push({ fields: [...text.matchAll(/ name="([^"]+)"/g)].map(([, name]) => name), bytes: text.length });
  const answer = self.bucket?.(request) ?? { status: 204 };
  if (answer === 'no answer') return request.socket.destroy();
  return response.writeHead(answer.status, { 'content-type': 'application/xml' }).end(answer.body);
}

function send(response, answer) {
  const whole = Object.hasOwn(answer, 'status') && Object.hasOwn(answer, 'body') ? answer : { status: 200, body: answer };
  if (Buffer.isBuffer(whole.body)) return response.writeHead(whole.status, { 'content-type': 'image/png', 'x-content-type-options': 'nosniff' }).end(whole.body);
  const type = whole.status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(whole.status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(whole.body === null ? undefined : JSON.stringify(whole.body));
}

async function answerFile(response, pathname) {
  const file = path.join(SITE, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
  const headers = { 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' };
  try {
    if (!file.startsWith(SITE)) throw new Error('outside');
    const body = await readFile(file);
    response.writeHead(200, { ...headers, 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    response.end(body);
  } catch {
    const body = await readFile(path.join(SITE, '404.html'));
    response.writeHead(404, { ...headers, 'content-type': TYPES['.html'] });
    response.end(body);
  }
}
