// What a setting says, in words.

/** A value as people read it; values come as files spell them. */
export function inWords({ kind, choices = [] }, value) {
  if (kind === 'yes_no') return value === 'yes' ? 'Yes' : 'No';
  if (value === '') return 'None';
  if (kind === 'one_of') return label(choices, value);
  if (kind !== 'some_of') return value;
  const names = value.split(' ').filter(Boolean);
  if (value === 'none') return 'None';
  return names.length === choices.length ? 'All' : names.map((name) => label(choices, name)).join(', ');
}

/** Who decided it. */
export const maker = (by) => by ?? 'The council’s file';

/** What it means, as a sentence on a page begins. */
export const meant = ({ meaning }) => `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}`;

const label = (choices, value) => choices.find((choice) => choice.value === value)?.label ?? value;
