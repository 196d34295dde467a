// The rules of the site's modules that need no browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, date, dates, instant, isNegative, money, ordinal, quantity, shortDates, shortInstant, signed, sum } from '../../static-site/src/assets/js/format.js';
import { age } from '../../static-site/src/assets/js/age.js';
import { Problem, withQuery } from '../../static-site/src/assets/js/api.js';
import { decimal, decimalText, preview } from '../../static-site/src/assets/js/exact.js';
import { fileSize, objection } from '../../static-site/src/assets/js/upload.js';
import { differences } from '../../static-site/src/assets/js/invoice-differences.js';

test('money is shown in pounds and pence with the sign before the pound', () => {
  assert.equal(money('0.00'), '£0.00');
  assert.equal(money('1234.5'), '£1,234.50');
  assert.equal(money('-1360.01'), '−£1,360.01');
  assert.equal(money('1234567.89'), '£1,234,567.89');
  assert.equal(money('865.4625'), '£865.4625');
  assert.equal(money(null), '-');
});

test('money too large for a float keeps its pence', () => {
  assert.equal(money('90071992547409931.01'), '£90,071,992,547,409,931.01');
  assert.equal(sum(['90071992547409931.01', '0.02']), '90071992547409931.03');
});

test('a difference is shown with its sign, and no difference without one', () => {
  assert.equal(signed('78.19'), '+£78.19');
  assert.equal(signed('-1978.19'), '−£1,978.19');
  assert.equal(signed('0.00'), '£0.00');
});

test('what has waited is counted in days, and less than one is today', () => {
  assert.deepEqual([0, 1, 12, null].map(age), ['Today', '1 day', '12 days', '-']);
});

test('a problem leads to the page of its code, if somebody gave it one', () => {
  const page = (code) => new Problem({ status: 503, code, title: 'No' }).page;
  assert.equal(page('store-unavailable'), '/problems/store-unavailable/');
  assert.deepEqual(['status-502', 'unknown', '../elsewhere', ''].map(page), [null, null, null, null]);
});

test('sums are of whole pence', () => {
  assert.equal(sum(['0.10', '0.20']), '0.30');
  assert.equal(sum(['-3461.84', '2101.83']), '-1360.01');
  assert.equal(sum(['-0.05', '0.02']), '-0.03');
  assert.equal(sum([]), '0.00');
});

test('nothing below nought is not negative', () => {
  assert.ok(isNegative('-0.01'));
  assert.ok(!isNegative('-0.00'));
});

test('a quantity has no noughts that say nothing', () => {
  assert.equal(quantity('1.0000'), '1');
  assert.equal(quantity('10.5000'), '10.5');
  assert.equal(quantity('100'), '100');
});

test('a date is written out', () => {
  assert.equal(date('2022-10-31'), '31 October 2022');
  assert.equal(date(null), '-');
  assert.equal(dates('2022-10-31', '2022-11-27'), '31 October to 27 November 2022');
  assert.equal(dates('2022-12-26', '2023-01-22'), '26 December 2022 to 22 January 2023');
  assert.equal(shortDates('2022-10-31', '2022-10-31'), '31 Oct 2022');
});

test('an instant is shown as the clock in London shows it', () => {
  assert.equal(instant('2026-11-24T17:00:00Z'), '5pm on 24 November 2026');
  assert.equal(instant('2026-07-01T16:30:00Z'), '5:30pm on 1 July 2026');
  assert.equal(instant('2026-06-30T23:00:00Z'), 'midnight on 1 July 2026');
  assert.equal(instant('2026-11-24T12:00:00Z'), 'midday on 24 November 2026');
  assert.equal(instant('2026-11-24'), '24 November 2026');
  assert.equal(instant(null), '-');
  assert.equal(shortInstant('2026-11-24T17:00:00Z'), '5pm, 24 Nov 2026');
  assert.equal(shortInstant(null), '-');
});

test('the hour that the clocks go back is shown twice and the one they skip never', () => {
  assert.equal(instant('2026-10-25T00:30:00Z'), '1:30am on 25 October 2026');
  assert.equal(instant('2026-10-25T01:30:00Z'), '1:30am on 25 October 2026');
  assert.equal(instant('2026-03-29T01:00:00Z'), '2am on 29 March 2026');
});

test('counts and places read as words', () => {
  assert.equal(count(1, 'line'), '1 line');
  assert.equal(count(2000, 'line'), '2,000 lines');
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21].map(ordinal), ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st']);
});

test('a query leaves out what was not chosen', () => {
  assert.equal(withQuery('/a', { service: '', client: null, level: 'A & B', historical: true, pairs: false }), '/a?level=A+%26+B&historical=true');
  assert.equal(withQuery('/a', {}), '/a');
});

const week = (of, by = {}) => preview({ planned: '10.50', frustrated: '', missed: '', extra: '', ...of }, { frustrated_percent: '0', tolerance_percent: '0', unit_price: '22.34', ...by });

test('a week as it is typed comes to what the specification says, rounded once, half-up', () => {
  const example = { actual: '9.75', frustrated: '0.50', missed: '0.25' };
  assert.equal(week(example).owed, '217.82');
  assert.equal(week(example, { frustrated_percent: '100' }).owed, '228.99');
  assert.equal(week({ actual: '31.5' }, { unit_price: '23.77' }).owed, '748.76');
  assert.equal(week({ actual: '0.25', frustrated: '0.25' }, { unit_price: '0.0001', frustrated_percent: '33.3333' }).owed, '0.00');
  assert.equal(week({ actual: '90071992547409.9301' }, { unit_price: '1' }).owed, '90071992547409.93', 'more than a float can hold');
});

test('what of the plan is neither given nor explained is told exactly', () => {
  assert.equal(week({ actual: '9.75', frustrated: '0.5', missed: '0.25' }).unexplained, 0n);
  assert.equal(decimalText(week({ actual: '9.1' }).unexplained), '1.4');
  assert.equal(decimalText(week({ actual: '11', extra: '0.25' }).unexplained), '-0.25');
});

test('more than the plan and its tolerance is over, and a hair less is not', () => {
  const tolerant = { tolerance_percent: '10' };
  assert.equal(week({ actual: '11.55', extra: '1.05' }, tolerant).over, 0n);
  assert.equal(decimalText(week({ actual: '11.5501', extra: '1.0501' }, tolerant).over), '1.0501');
  assert.equal(decimalText(week({ actual: '10.5', frustrated: '1' }, { frustrated_percent: '50' }).over), '0.5');
});

test('only plain numbers count', () => {
  for (const [text, value] of [['10.25', 102_500n], ['.5', 5_000n], ['7.', 70_000n], ['1,000', 10_000_000n], [' 3 ', 30_000n]]) assert.equal(decimal(text), value, text);
  for (const text of ['', '.', '-1', '1.00001', '1e3', 'ten', '1,00', '½']) assert.equal(decimal(text), null, text);
  assert.equal(week({ actual: 'ten' }), null);
});

test('a file that cannot be taken is told with what to do, and its size is never rounded down', () => {
  const rules = { what: 'an XLSX or CSV file', endings: ['xlsx', 'csv'], others: { xls: 'Save it as .xlsx' }, sizeMax: 20 * 1024 * 1024, tooLarge: 'Split it' };
  assert.equal(objection(undefined, rules), 'Choose an XLSX or CSV file');
  assert.equal(objection({ name: 'a.XLS', size: 1 }, rules), 'Save it as .xlsx');
  assert.match(objection({ name: 'a.txt', size: 1 }, rules), /ends in \.xlsx or \.csv/);
  assert.match(objection({ name: 'a.csv', size: 0 }, rules), /is empty/);
  assert.equal(objection({ name: 'a.csv', size: 20 * 1024 * 1024 }, rules), null);
  assert.match(objection({ name: 'a.csv', size: 20 * 1024 * 1024 + 1 }, rules), /has 20\.1 MB\. The most is 20 MB\. Split it/);
  assert.deepEqual([1, 12_345, 104_857, 3 * 1024 * 1024].map(fileSize), ['1 KB', '12 KB', '102 KB', '3 MB']);
});

test('what differs between two readings of an invoice is named line by line', () => {
  const line = (amount) => ({ cpli_id: '1', client: 'Mr A Able', week_start: '2026-10-05', kind: 'cost', correction: null, arithmetic: `1 hour × £${amount}`, amount });
  assert.deepEqual(differences({ lines: [line('5.00'), line('6.00')] }, { lines: [line('6.00'), line('7.00')] }), {
    gone: ['Mr A Able, week of 5 Oct 2026, 1 hour × £5.00'],
    added: ['Mr A Able, week of 5 Oct 2026, 1 hour × £7.00'],
  });
});
