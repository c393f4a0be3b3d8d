import assert from 'node:assert/strict';
import { addUsd, noMoney, usdOf } from '#tui/format/money.js';
import {
  formatAge,
  formatChange,
  formatCount,
  formatMs,
  formatMsUnit,
  formatShare,
  formatUsd,
  formatWindow,
} from '#tui/format/numbers.js';

const table = <T>(name: string, format: (value: T) => string, rows: readonly [T, string][]): void => {
  describe(name, () => {
    for (const [value, text] of rows) it(`${value} is ${text}`, () => assert.equal(format(value), text));
  });
};

table<number | null>('milliseconds', formatMs, [
  [null, '-'],
  [0, '0'],
  [0.42, '0.42'],
  [0.999, '1.0'],
  [4.24, '4.2'],
  [9.96, '10'],
  [842.4, '842'],
  [12_345.6, '12,346'],
  [999_999.6, '1,000 s'],
  [Number.NaN, '-'],
]);
table<number | null>('milliseconds with unit', formatMsUnit, [
  [null, '-'],
  [42.1, '42 ms'],
  [2_000_000, '2,000 s'],
]);
table<number | null>('dollars', formatUsd, [
  [null, '-'],
  [0, '$0'],
  [12.341, '$12.34'],
  [0.0421, '$0.042'],
  [0.000_021_4, '$0.000021'],
  [0.000_999_7, '$0.0010'],
  [0.099_7, '$0.10'],
  [0.000_009_97, '$0.000010'],
  [0.000_002_1, '$2.1e-6'],
  [0.000_000_21, '$2.1e-7'],
  [-0.002, '-$0.0020'],
  [1_234_567, '$1.2M'],
]);
table<number>('counts', formatCount, [
  [0, '0'],
  [9999, '9,999'],
  [12_345, '12.3k'],
  [999_499, '999k'],
  [999_500, '1.0M'],
  [4_500_000, '4.5M'],
  [7e12, '7,000G'],
]);
table<number>('shares', formatShare, [
  [0, '0%'],
  [0.0001, '<0.1%'],
  [0.036, '3.6%'],
  [0.25, '25%'],
  [1, '100%'],
]);
table<[number | null, number | null, boolean]>('changes', (given) => formatChange(...given), [
  [[100, 131, true], '+31%'],
  [[100, 92, true], '-8%'],
  [[100, 92, false], '(-8%)'],
  [[100, 100.4, false], '(0%)'],
  [[100, 99.6, false], '(0%)'],
  [[1, 11, true], '>+999%'],
  [[null, 11, true], '-'],
  [[11, null, true], '-'],
  [[0, 11, true], '-'],
]);
table<number>('ages', formatAge, [
  [-5, '0s'],
  [999, '0s'],
  [59_999, '59s'],
  [180_000, '3m'],
  [7_200_000, '2h'],
  [345_600_000, '4d'],
]);
table<number>('windows', formatWindow, [
  [86_400_000, '24h'],
  [604_800_000, '7d'],
  [5_400_000, '90m'],
  [1000, '1s'],
]);

const sumUsd = (amounts: readonly (number | null)[]): number | null => {
  const sum = noMoney();
  for (const usd of amounts) addUsd(sum, usd);
  return usdOf(sum);
};

describe('sums of money', () => {
  it('do not drift', () => assert.equal(sumUsd(Array.from({ length: 10 }, () => 0.1)), 1));
  it('leave out what is unknown, and are unknown when all is', () => {
    assert.equal(sumUsd([null, 0.000_000_2]), 0.000_000_2);
    assert.equal(sumUsd([null]), null);
    assert.equal(sumUsd([]), null);
  });
});
