// The page's title in the browser's tab: what the page is about, and whether there is an error.

const PRODUCT = document.title.slice(document.title.lastIndexOf(' – '));
let about = document.title;
let wrong = false;

/** Says what the page turned out to be about. */
export function setTitle(text) {
  about = `${text}${PRODUCT}`;
  write();
}

/** Says whether there is an error. */
export function setTitleError(there) {
  wrong = there;
  write();
}

function write() {
  document.title = `${wrong ? 'Error: ' : ''}${about}`;
}
