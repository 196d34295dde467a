// What changed between two readings of an invoice.

import { money, shortDate } from './format.js';
import { itemKind } from './words.js';

/** How two readings of a document differ, line by line: what is gone and what is new. */
export function differences(before, after) {
  const name = (line) => [line.client ?? line.service ?? itemKind(line.kind), line.week_start && `week of ${shortDate(line.week_start)}`, line.arithmetic ?? money(line.amount)].filter(Boolean).join(', ');
  const key = (line) => JSON.stringify([line.cpli_id, line.week_start, line.kind, line.correction, line.arithmetic, line.amount]);
  const of = (view) => new Map(view.lines.map((line) => [key(line), name(line)]));
  const [old, now] = [of(before), of(after)];
  return { gone: [...old].filter(([each]) => !now.has(each)).map(([, text]) => text), added: [...now].filter(([each]) => !old.has(each)).map(([, text]) => text) };
}
