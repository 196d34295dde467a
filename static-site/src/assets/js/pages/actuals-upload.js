// Uploading a file of actuals: chosen or dragged, checked for what can be told here, sent, then checked by the server.
import { get, post, withQuery } from '../api.js';
import { el, fill, find, link, paragraph, show, tag } from '../dom.js';
import { onSubmit } from '../forms.js';
import { money, shortDates, shortInstant } from '../format.js';
import { start } from '../page.js';
import { go } from '../paths.js';
import { table, twoLines } from '../table.js';
import { fileProblem, letDrop, megabytes, objection, send } from '../upload.js';
import { batch as batchWord } from '../words.js';

const SPREADSHEET = 'Open it, choose “Save as”, save it as an Excel workbook (.xlsx) or as CSV, and choose that file';
const RULES = {
  what: 'an XLSX or CSV file',
  endings: ['xlsx', 'csv'],
  others: { xls: `This is an older Excel file. ${SPREADSHEET}`, xlsm: `This is a workbook with macros. ${SPREADSHEET}`, ods: `This is an OpenDocument spreadsheet. ${SPREADSHEET}`, numbers: `This is a Numbers spreadsheet. ${SPREADSHEET}`, pdf: 'A PDF cannot be read. Choose the spreadsheet that it was made from' },
  sizeMax: megabytes(20),
  tooLarge: 'Split it, for example by service, and upload the parts',
};
const COLUMNS = [{ label: 'File' }, { label: 'Uploaded', className: 'portal-table__nowrap' }, { label: 'State' }, { label: 'Rows' }, { label: 'Adds', numeric: true }];

start(async (session) => {
  const form = find('[data-upload]');
  const may = session.permissions?.includes('enter_actuals') ?? false;
  show(form, may);
  const input = find('#file');
  letDrop(find('[data-drop]'), input);
  onSubmit(form, () => upload(input), { controlFor: () => input });
  const [{ batches = [] }, templates] = await Promise.all([get('/api/actuals/uploads'), may ? templateLinks() : null]);
  fill(find('[data-region]'), may ? templates : paragraph('You can look at what was uploaded. Somebody with the role “enter actuals” can upload files.'), earlier(batches));
});

async function upload(input) {
  const [file] = input.files;
  const wrong = objection(file, RULES);
  if (wrong) throw fileProblem(wrong);
  const { batch_id: id, ...where } = await post('/api/actuals/uploads', { file_name: file.name, size_bytes: file.size });
  input.disabled = true;
  try {
    await send(file, where, find('[data-progress]'));
  } finally {
    input.disabled = false;
  }
  // Where the person came from, to go back there when it is done.
  const from = new URLSearchParams(location.search);
  go(withQuery('/actuals/upload/batch/', { batch: id, contract: from.get('contract'), period: from.get('period') }));
}

// Of the period that the person came from, otherwise of every period that is open.
async function templateLinks() {
  const query = new URLSearchParams(location.search);
  const { contracts = [] } = await get('/api/actuals');
  const all = contracts.flatMap(({ contract_ref: ref, name, periods }) => periods.filter((each) => each.can_enter).map((each) => ({ ref, name: name ?? ref, ...each })));
  const chosen = all.filter(({ ref, period_start: from }) => ref === query.get('contract') && from === query.get('period'));
  const shown = chosen.length ? chosen : all;
  if (!shown.length) return null;
  return [
    el('h2', { class: 'govuk-heading-m' }, 'Templates'),
    el('ul', { class: 'govuk-list govuk-list--spaced' }, shown.map((each) => {
      const span = `${each.name}, ${shortDates(each.period_start, each.period_end)}`;
      const address = `/api/actuals/${encodeURIComponent(each.ref)}/${encodeURIComponent(each.period_start)}/template`;
      const download = (ending) => el('a', { class: 'govuk-link', href: `${address}.${ending}`, download: true, 'aria-label': `${ending.toUpperCase()} template of ${span}` }, ending.toUpperCase());
      return el('li', {}, `${span}: `, download('xlsx'), ' or ', download('csv'));
    })),
  ];
}

function earlier(batches) {
  if (!batches.length) return [el('h2', { class: 'govuk-heading-m' }, 'Earlier files'), paragraph('No file has been uploaded yet.')];
  return table({ caption: 'Earlier files', columns: COLUMNS, rows: batches.map((each) => ({ cells: cells(each) })) });
}

function cells({ batch_id: id, file_name: name, state, at, by, counts, adds }) {
  const { word, colour } = batchWord(state);
  return [
    link(withQuery('/actuals/upload/batch/', { batch: id }), name || id),
    twoLines(shortInstant(at), by ? `by ${by}` : 'by your system'),
    tag(word, colour),
    counts ? twoLines(`${counts.read.toLocaleString('en-GB')} read`, counts.rejected ? `${counts.rejected.toLocaleString('en-GB')} rejected` : null) : '-',
    adds === null || adds === undefined ? '-' : money(adds),
  ];
}
