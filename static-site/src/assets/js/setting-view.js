// What a setting says, in words.

import { el } from './dom.js';

const LOGO_DIGITS = 8;

/** A value as people read it; values come as files spell them. */
export function inWords({ kind, choices = [] }, value) {
  if (kind === 'yes_no') return value === 'yes' ? 'Yes' : 'No';
  if (value === '') return 'None';
  if (kind === 'one_of') return label(choices, value);
  if (kind === 'picture') return `Picture ${value.slice(0, LOGO_DIGITS)}`;
  if (kind !== 'some_of') return value;
  const names = value.split(' ').filter(Boolean);
  if (value === 'none') return 'None';
  return names.length === choices.length ? 'All' : names.map((name) => label(choices, name)).join(', ');
}

/** A value as people see it: colours and pictures beside their words. */
export function seen(view, value) {
  const words = inWords(view, value);
  if (view.kind === 'colour') return [swatch(value), words];
  if (view.kind === 'picture' && value) return [el('img', { class: 'portal-setting__logo', src: `/api/logo/${value}`, alt: '' }), el('br'), words];
  return words;
}

const SVG = 'http://www.w3.org/2000/svg';

// Pages have no styles of their own: a picture of one colour has its colour in itself.
function swatch(colour) {
  const square = document.createElementNS(SVG, 'svg');
  const fill = document.createElementNS(SVG, 'rect');
  for (const [name, value] of Object.entries({ class: 'portal-setting__swatch', viewBox: '0 0 1 1', 'aria-hidden': 'true' })) square.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width: 1, height: 1, fill: colour })) fill.setAttribute(name, value);
  square.append(fill);
  return square;
}

/** Who decided it. */
export const maker = (by) => by ?? 'The council’s file';

const label = (choices, value) => choices.find((choice) => choice.value === value)?.label ?? value;
