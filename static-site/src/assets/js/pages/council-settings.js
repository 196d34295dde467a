// The council's settings: what each means and says, and what is to change.
import { get } from '../api.js';
import { el, fill, find, insetText, link, paragraph } from '../dom.js';
import { count, shortDate } from '../format.js';
import { start } from '../page.js';
import { inWords, maker, seen } from '../setting-view.js';
import { table, twoLines } from '../table.js';

const COLUMNS = [{ label: 'Setting' }, { label: 'It says' }, { label: 'Since' }, { label: 'To come' }];

start(async () => {
  const { groups, may_configure: mayConfigure } = await get('/api/council/settings');
  fill(find('[data-region]'), [
    mayConfigure ? null : insetText(paragraph('Your role lets you look, but not change. Somebody with the role “configuration” can.')),
    groups.map(group),
  ]);
});

function group({ title, settings }) {
  return el('section', { 'aria-label': title }, table({ caption: title, columns: COLUMNS, rows: settings.map((setting) => ({ cells: cells(setting) })) }));
}

function cells(setting) {
  const { setting: name, label, value, since, coming } = setting;
  return [
    twoLines(link(`/council/settings/setting/?setting=${encodeURIComponent(name)}`, label), setting.meaning),
    seen(setting, value),
    since ? twoLines(shortDate(since.from_date), maker(since.by)) : 'Default',
    coming.length ? twoLines(`${inWords(setting, coming[0].value)} from ${shortDate(coming[0].from_date)}`, coming.length > 1 ? `and ${count(coming.length - 1, 'change')} after that` : null) : '-',
  ];
}
