// The style sheet lies beside the other assets of its release.
export default {
  permalink: ({ assets, page }) => `${assets}/styles/${page.fileSlug}.css`,
};
