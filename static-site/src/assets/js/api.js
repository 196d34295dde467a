// The portal's API: JSON there and back, and a Problem for everything that is not a success.

const WAIT_MILLISECONDS_MAX = 30_000;
// Asks where a file is instead of being sent there (shared/web/src/links.rs).
const WHERE = 'application/vnd.portal.link+json';

/** A request that did not succeed: what the server said, or that there was no answer. */
export class Problem extends Error {
  constructor({ status = 0, code = 'unknown', title, detail = null, errors = [] }) {
    super(title);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
  }

  /** What happened, in a sentence. */
  get says() {
    const text = this.detail || this.title;
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/([^.!?])$/, '$1.');
  }

  /** Where its code is explained; null where nobody gave it one. */
  get page() {
    return /^[a-zA-Z][a-zA-Z0-9-]*$/.test(this.code) && !/^(status-|unknown$)/.test(this.code) ? `/problems/${this.code}/` : null;
  }

  /** Whether the same request may succeed if it is sent again. */
  get mayBeTriedAgain() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Reads. */
export function get(path) {
  return request('GET', path);
}

/** Where the file at `path` can be fetched for a minute. It is made and counted as seen once, by this. */
export async function linkTo(path) {
  const { url } = await request('GET', path, undefined, WHERE);
  return url;
}

/** Changes something. The body is always JSON, because the server refuses what a plain form could send. */
export function post(path, body = {}) {
  return request('POST', path, body);
}

/** Puts something in its place: the same again changes nothing. */
export function put(path, body) {
  return request('PUT', path, body);
}

/** A path with a query; what is null, false or empty is left out. */
export function withQuery(path, query) {
  const kept = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '');
  const search = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  return search ? `${path}?${search}` : path;
}

async function request(method, path, body, accept = 'application/json') {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? { accept } : { accept, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(WAIT_MILLISECONDS_MAX),
    });
  } catch {
    throw new Problem({
      code: 'no-answer',
      title: 'The portal did not answer',
      detail: 'Check that you are connected to the internet, then try again. Nothing was lost on this page.',
    });
  }
  const answer = await readJson(response);
  if (response.ok) return answer;
  throw problemOf(response.status, answer);
}

async function readJson(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function problemOf(status, answer) {
  const said = answer && typeof answer === 'object' ? answer : {};
  return new Problem({
    status,
    code: said.code || `status-${status}`,
    title: said.title || titleOf(status),
    detail: said.detail || null,
    errors: Array.isArray(said.errors) ? said.errors.filter((error) => error && error.message) : [],
  });
}

function titleOf(status) {
  if (status === 401) return 'You are signed out';
  if (status === 404) return 'This cannot be found';
  if (status === 429) return 'Too many tries. Wait a few minutes, then try again';
  return 'Sorry, there is a problem with the portal';
}
