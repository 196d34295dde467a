// Money, dates and times as people read them. Money stays text from end to end: nothing here counts in floats.

const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June',
  'July', 'August', 'September', 'October', 'November', 'December',
];
const NOTHING = '-';

/** "-1234.50" is "−£1,234.50"; nothing is "-". */
export function money(text) {
  if (text === null || text === undefined || text === '') return NOTHING;
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(text).trim());
  if (!parts) return String(text);
  const [, minus, pounds, pence = ''] = parts;
  const grouped = pounds.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${minus ? '−' : ''}£${grouped}.${pence.padEnd(2, '0')}`;
}

/** Whether an amount is below nothing. */
export function isNegative(text) {
  return /^-/.test(String(text ?? '').trim()) && /[1-9]/.test(String(text));
}

/** A difference, with its sign: "+£12.00", "−£12.00"; no difference has none. */
export function signed(text) {
  return !isNegative(text) && /[1-9]/.test(String(text ?? '')) ? `+${money(text)}` : money(text);
}

/** The sum of amounts of whole pence, as text. */
export function sum(amounts) {
  const pence = amounts.reduce((total, text) => total + toPence(text), 0n);
  const digits = (pence < 0n ? -pence : pence).toString().padStart(3, '0');
  return `${pence < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function toPence(text) {
  const parts = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(String(text ?? '0').trim());
  if (!parts) return 0n;
  const [, minus, pounds, pence = ''] = parts;
  const whole = BigInt(pounds) * 100n + BigInt(pence.padEnd(2, '0'));
  return minus ? -whole : whole;
}

/** Decimals without the noughts that say nothing: "1.0000" is "1", "10.5000" is "10.5". */
export function quantity(text) {
  const plain = String(text ?? '');
  return /^-?\d+\.\d+$/.test(plain) ? plain.replace(/\.?0+$/, '') : plain;
}

/** "2022-10-31" is "31 October 2022"; nothing is "-". A day has no time zone and is never made an instant. */
export function date(iso) {
  const day = parseDay(iso);
  return day ? `${day.day} ${MONTHS[day.month]} ${day.year}` : (iso || NOTHING);
}

/** "2022-10-31" is "31 Oct 2022". */
export function shortDate(iso) {
  const day = parseDay(iso);
  return day ? `${day.day} ${MONTHS[day.month].slice(0, 3)} ${day.year}` : (iso || NOTHING);
}

/** A span of days: "31 October to 27 November 2022". One day is that day. */
export function dates(from, to) {
  const [first, last] = [parseDay(from), parseDay(to)];
  if (!first || !last) return `${date(from)} to ${date(to)}`;
  if (from === to) return date(from);
  const start = first.year === last.year ? `${first.day} ${MONTHS[first.month]}` : date(from);
  return `${start} to ${date(to)}`;
}

/** A span of days, months shortened: "31 Oct to 27 Nov 2022". */
export function shortDates(from, to) {
  const [first, last] = [parseDay(from), parseDay(to)];
  if (!first || !last) return `${shortDate(from)} to ${shortDate(to)}`;
  if (from === to) return shortDate(from);
  const start = first.year === last.year ? `${first.day} ${MONTHS[first.month].slice(0, 3)}` : shortDate(from);
  return `${start} to ${shortDate(to)}`;
}

function parseDay(iso) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso ?? '');
  if (!parts) return null;
  const [year, month, day] = parts.slice(1).map(Number);
  return month >= 1 && month <= 12 ? { year, month: month - 1, day } : null;
}

const LONDON = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** An instant as the clock in London shows it: "5pm on 27 November 2022". A day alone is shown as that day. */
export function instant(text) {
  if (!text) return NOTHING;
  if (parseDay(text)) return date(text);
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return String(text);
  const part = Object.fromEntries(LONDON.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return `${clock(part.hour, part.minute)} on ${part.day} ${MONTHS[part.month - 1]} ${part.year}`;
}

/** The same with the month shortened, for tables: "5pm, 27 Nov 2026". */
export function shortInstant(text) {
  const [time, day] = instant(text).split(' on ');
  return day ? `${time}, ${day.replace(/(\w{3})\w*(?= \d{4}$)/, '$1')}` : time;
}

function clock(hour, minute) {
  if (minute === 0 && hour === 0) return 'midnight';
  if (minute === 0 && hour === 12) return 'midday';
  const half = hour < 12 ? 'am' : 'pm';
  const minutes = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`;
  return `${hour % 12 === 0 ? 12 : hour % 12}${minutes}${half}`;
}

/** "1 line", "2 lines". */
export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}

/** 2 is "2nd". */
export function ordinal(number) {
  const tens = number % 100;
  const ones = number % 10;
  if (tens >= 11 && tens <= 13) return `${number}th`;
  return `${number}${{ 1: 'st', 2: 'nd', 3: 'rd' }[ones] ?? 'th'}`;
}
