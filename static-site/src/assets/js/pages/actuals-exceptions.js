// Care over what was commissioned: what is held and why, and what the council decided.
import { get, withQuery } from '../api.js';
import { el, fill, find, link, paragraph, tag } from '../dom.js';
import { count, date, instant, money, quantity, shortDate, sum } from '../format.js';
import { start } from '../page.js';
import { table, twoLines } from '../table.js';
import { exception, unit } from '../words.js';

const COLUMNS = [
  { label: 'Client' },
  { label: 'Service' },
  { label: 'Week of', className: 'portal-table__nowrap' },
  { label: 'Planned', numeric: true },
  { label: 'Entered', numeric: true },
  { label: 'Over', numeric: true },
  { label: 'Held', numeric: true },
  { label: 'What the council says' },
];

start(async () => {
  const { rows = [] } = await get('/api/actuals/exceptions');
  const waiting = rows.filter(({ state }) => state === 'waiting');
  const decided = rows.filter(({ state }) => state !== 'waiting');
  fill(find('[data-region]'), rows.length ? [
    waiting.length
      ? [paragraph(`${count(waiting.length, 'week waits', 'weeks wait')} for the council, ${money(sum(waiting.map((row) => row.held_amount)))} altogether.`), list('Waiting for the council', waiting)]
      : paragraph('Nothing waits for the council.'),
    decided.length ? list('Decided', decided) : null,
  ] : paragraph('Nothing is held, and the council has decided nothing yet. Weeks within what was commissioned are never held.'));
});

const list = (caption, rows) => table({ caption, columns: COLUMNS, rows: rows.map((row) => ({ cells: cells(row) })) });

function cells(row) {
  const { word, colour } = exception(row.state);
  const what = unit(row.unit);
  const address = withQuery('/actuals/period/', { contract: row.contract_ref, period: row.period_start, week: row.week_start });
  return [
    twoLines(row.client || `SSRef ${row.ss_ref}`, [row.client && `SSRef ${row.ss_ref}`, `CPLI ${row.cpli_id}`].filter(Boolean).join(' · ')),
    row.service,
    link(address, shortDate(row.week_start), el('span', { class: 'govuk-visually-hidden' }, `: CPLI ${row.cpli_id}`)),
    `${quantity(row.planned)} ${what}`,
    quantity(row.entered),
    quantity(row.over),
    /[1-9]/.test(row.held_amount ?? '') ? money(row.held_amount) : '-',
    [
      tag(word, colour),
      row.reason && el('span', { class: 'portal-table__sub' }, row.reason),
      row.decided_at && el('span', { class: 'portal-table__sub' }, `Decided ${/^\d{4}-\d\d-\d\d$/.test(row.decided_at) ? `on ${date(row.decided_at)}` : `at ${instant(row.decided_at)}`}`),
    ],
  ];
}
