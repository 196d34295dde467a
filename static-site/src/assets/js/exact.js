// Quantities and money while somebody types: counted in whole numbers, never in floats. What is shown from here is a
// preview; what the server answers replaces it.

// Quantities, prices and percentages have four decimals at most.
const SCALE = 10_000n;
const PERCENT = 100n;

/** "10.25" in ten-thousandths; null if it is not a number of 0 or more with up to four decimals. */
export function decimal(text) {
  const parts = /^(\d*)(?:\.(\d{0,4}))?$/.exec(String(text ?? '').trim().replace(/,(?=\d{3}(?!\d))/g, ''));
  if (!parts || (!parts[1] && !parts[2])) return null;
  return BigInt(parts[1] || '0') * SCALE + BigInt((parts[2] ?? '').padEnd(4, '0'));
}

/** Ten-thousandths as text without noughts that say nothing: 102500 is "10.25". */
export function decimalText(value) {
  const digits = (value < 0n ? -value : value).toString().padStart(5, '0');
  const fraction = digits.slice(-4).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -4)}${fraction && `.${fraction}`}`;
}

/**
 * What a week comes to as it is typed. Texts in, for `of` {planned, actual, frustrated, missed, extra} and `by`
 * {frustrated_percent, tolerance_percent, unit_price}; an empty text of `of` is 0, but for `actual`. Null if something
 * is not a number. Otherwise: `unexplained` (ten-thousandths: what of the plan is neither given nor said to be frustrated
 * or missed; negative: given beyond it), `over` (beyond the plan and the tolerance, or 0n), `owed` (money as text).
 */
export function preview(of, by) {
  const [planned, actual] = [decimal(of.planned), decimal(of.actual)];
  const [frustrated, missed, extra] = [of.frustrated, of.missed, of.extra].map((text) => decimal(text || '0'));
  const [share, tolerance, price] = [by.frustrated_percent, by.tolerance_percent, by.unit_price].map((text) => decimal(text || '0'));
  if ([planned, actual, frustrated, missed, extra, share, tolerance, price].includes(null)) return null;
  // All of these have ten decimals: four of the quantity, four of the percentage, two of "per cent".
  const payable = actual * SCALE * PERCENT + frustrated * share;
  const tolerated = planned * (SCALE * PERCENT + tolerance);
  return {
    unexplained: planned - frustrated - missed + extra - actual,
    differs: actual !== planned,
    over: payable > tolerated ? payable / (SCALE * PERCENT) - planned : 0n,
    owed: pounds(halfUp(payable * price, SCALE * SCALE * SCALE)),
  };
}

// Ten decimals of the quantity and four of the price, to two: twelve are dropped.
function halfUp(value, divisor) {
  return (value + divisor / 2n) / divisor;
}

function pounds(pence) {
  const digits = pence.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
