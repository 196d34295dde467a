// What is kept between the password and the second step: in this tab only, and gone when it is done.

const KEY = 'portal.challenge';

/** Keeps what the server asked for next, and where to go afterwards. */
export function begin(answer, back) {
  sessionStorage.setItem(KEY, JSON.stringify({ ...answer, back }));
}

/** What [`begin`] kept, or null. */
export function current() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  } catch {
    return null;
  }
}

/** Forgets it. */
export function end() {
  sessionStorage.removeItem(KEY);
}
