/** REPORT lines that are read from their bytes tell what the same lines tell as texts; what is unusual is left to those. */
import assert from 'node:assert/strict';
import { Telling } from '#collector/model/telling.js';
import { TextLines } from '#collector/platforms/aws/text-lines.js';
import { mutated, type Random, randomOf } from '../../../fuzz/random.ts';
import { uuid } from './aws-logs.ts';
import { iso, nowMs, shop } from './aws-support.ts';

const figure = (random: Random): string => random.one(['0', '1', '2.46', '413.61', '900000.00', '0.001', '17.123456']);

const reportLine = (random: Random): string => {
  const at = iso(nowMs - random.whole(80_000_000));
  const init = random.chance(0.2) ? `Init Duration: ${figure(random)} ms\t` : '';
  const restore = random.chance(0.1) ? `Restore Duration: ${figure(random)} ms\t` : '';
  const rest = random.chance(0.1)
    ? random.one(['Status: timeout\t', 'XRAY TraceId: 1-5\t', 'Billed Restore Duration: 7 ms\t'])
    : '';
  return `${at} REPORT RequestId: ${uuid(random)}\tDuration: ${figure(random)} ms\tBilled Duration: ${figure(random)} ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\t${init}${restore}${rest}`;
};

const linesOf = (bytes: Buffer): { from: number; to: number }[] => {
  const lines: { from: number; to: number }[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = bytes.indexOf(0x0a, from) + 1;
    lines.push({ from, to });
    from = to;
  }
  return lines;
};

const read = (bytes: Buffer, isFast: boolean) => {
  const into = new Telling(nowMs);
  const reader = new TextLines(shop, into);
  const text = bytes.toString('latin1');
  let fast = 0;
  let end = 0;
  for (const { from, to } of linesOf(bytes)) {
    if (from < end) continue;
    end = isFast ? reader.lines(bytes, text, from) : from;
    if (end > from) fast += 1;
    else {
      end = to;
      reader.line(text.slice(from, to - 1).replace(/\r$/, ''));
    }
  }
  return { told: { reports: into.reports, unknown: into.unknown.list(), records: into.records }, fast };
};

describe('REPORT lines by their bytes', () => {
  it('tell what they tell as texts', () => {
    const random = randomOf(4_711);
    const lines = Array.from({ length: 2_000 }, () => `${reportLine(random)}${random.one(['', '', '\r'])}\n`);
    const bytes = Buffer.from(lines.join(''));
    const [fast, slow] = [read(bytes, true), read(bytes, false)];
    assert.deepEqual(fast.told, slow.told);
    assert.equal(slow.told.reports.length, 2_000);
    assert.ok(fast.fast > 0);
  });

  it('are left alone where anything is unusual', () => {
    for (let seed = 1; seed <= 3_000; seed += 1) {
      const random = randomOf(seed);
      const bytes = Buffer.concat([
        mutated(Buffer.from(`${reportLine(random)}\n`), random),
        Buffer.from(`\n${reportLine(random)}\n`),
      ]);
      assert.deepEqual(read(bytes, true).told, read(bytes, false).told, `seed ${seed}`);
    }
  });

  it('of other times do not count', () => {
    const random = randomOf(1);
    const old = reportLine(random).replace(/^\d{4}/, '2019');
    const bytes = Buffer.from(`${old}\n${reportLine(random)}\n`);
    const { told } = read(bytes, true);
    assert.deepEqual([told.reports.length, told.unknown.map(({ reason }) => reason)], [1, ['wrong time']]);
    assert.deepEqual(told, read(bytes, false).told);
  });
});
