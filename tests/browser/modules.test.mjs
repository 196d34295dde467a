// The rules of the site's modules that need no browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, date, dates, instant, isNegative, money, ordinal, quantity, shortDates, shortInstant, sum } from '../../static-site/src/assets/js/format.js';
import { withQuery } from '../../static-site/src/assets/js/api.js';

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
