// One record of the audit, and whether it is still what was written.
import { get, withQuery } from '../api.js';
import { about, outcome, shown, what, who } from '../audit-view.js';
import { el, fill, find, link, paragraph, summaryList, warningText } from '../dom.js';
import { instant } from '../format.js';
import { start } from '../page.js';

start(async () => {
  const query = new URLSearchParams(location.search);
  const [actor, n] = [query.get('actor'), query.get('n')];
  const row = await get(`/api/council/audit/entries/${encodeURIComponent(actor ?? '')}/${encodeURIComponent(n ?? '')}`);
  const [name, kind] = who(row.by);
  const [done, request] = what(row);
  fill(find('[data-region]'), [
    row.unchanged && row.follows ? null : warningText(row.unchanged ? 'This record does not follow from the one before it: one is missing, or was changed.' : 'This record is not as it was written.'),
    summaryList([
      ['When', instant(row.at)],
      ['Who', `${name} (${kind})`],
      ['Email address', row.by.email],
      ['What', done],
      ['Request', request],
      ['About', each(about(row))],
      ['Records shown', each(shown(row))],
      ['Outcome', outcome(row)],
      ['Announced by', row.outcome.intended && link(withQuery('/council/audit/entry/', { actor, n: row.outcome.intended }), `Record ${row.outcome.intended}`)],
      ['Number in its chain', String(row.n)],
      ['Hash', code(row.hash)],
      ['Hash of the one before', code(row.previous)],
    ]),
    row.unchanged && row.follows ? paragraph('This record is as it was written, and follows from the one before it.') : null,
    paragraph(link(withQuery('/council/audit/', { actor }), `All records of ${name}`)),
  ]);
});

function each(texts) {
  return texts.length ? texts.map((text) => el('div', {}, text)) : null;
}

function code(hash) {
  return el('code', { class: 'portal-hash' }, hash);
}
