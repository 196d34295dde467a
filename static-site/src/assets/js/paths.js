// Where to go next.

/** This page's path with its query, to come back to. */
export function here() {
  return location.pathname + location.search;
}

/** `path` if it is a page of this portal, otherwise null: a link from elsewhere must not lead people away. */
export function ownPath(path) {
  if (!path || !path.startsWith('/') || /[\\\p{Cc}]/u.test(path)) return null;
  try {
    const url = new URL(path, location.origin);
    return url.origin === location.origin ? url.pathname + url.search : null;
  } catch {
    return null;
  }
}

/** `to` with the way back. */
export function withReturn(to, path = here()) {
  return `${to}?return=${encodeURIComponent(path)}`;
}

/** The way back that this page was given. */
export function returnPath() {
  return ownPath(new URLSearchParams(location.search).get('return'));
}

/** Goes to another page of the portal. */
export function go(path) {
  location.assign(path);
}
