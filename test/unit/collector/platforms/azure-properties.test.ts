/** Whatever becomes of a log on its way, the invocations in it are those of the clean log, minus what was cut. */
import assert from 'node:assert/strict';
import type { Telling } from '#collector/model/telling.js';
import { type Random, randomOf } from '../../../fuzz/random.ts';
import { readLines } from './azure-support.ts';

const at = '2026-11-21T00:00:00Z';
const firstMs = Date.parse('2026-11-20T09:00:00Z');
const runs = 300;

const id = (random: Random): string => random.bytes(16).toString('hex');

/** What one process logs of some invocations, in the order of time. */
const cleanLog = (random: Random): string[] => {
  const [host, app] = [id(random), random.one(['SHOP', 'PAY'])];
  const lines: [number, string][] = [];
  for (let count = 1 + random.whole(8); count > 0; count -= 1) {
    const [invocation, name] = [id(random), random.one(['create', 'Cancel'])];
    const [startMs, durationMs] = [firstMs + random.whole(600_000), random.whole(5_000)];
    const log = (ms: number, message: string): void => {
      const properties = JSON.stringify({
        appName: '',
        roleInstance: 'r',
        message,
        hostInstanceId: host,
        processId: 7,
      });
      const text = random.chance(0.5) ? properties : properties.replaceAll("'", '').replaceAll('"', "'");
      const time = new Date(ms).toISOString();
      lines.push([
        ms,
        `{"time":"${time}","resourceId":"/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.WEB/SITES/${app}","category":"FunctionAppLogs","location":"East US","properties":${text}}`,
      ]);
    };
    log(startMs, `Executing 'Functions.${name}' (Reason='Timer fired at x', Id=${invocation})`);
    log(startMs, 'the function says "hi" {');
    log(startMs + durationMs, `Executed 'Functions.${name}' (Succeeded, Id=${invocation}, Duration=${durationMs}ms)`);
    if (random.chance(0.3))
      lines.push([
        startMs,
        JSON.stringify({
          ...{
            time: new Date(startMs).toISOString(),
            Type: 'AppRequests',
            AppRoleName: app.toLowerCase(),
            OperationName: name,
          },
          ...{
            location: 'eastus',
            resourceId: '/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.INSIGHTS/COMPONENTS/X',
            Success: true,
            DurationMs: durationMs,
          },
          Properties: {
            InvocationId: invocation,
            HostInstanceId: host,
            ProcessId: '7',
            FunctionExecutionTimeMs: `${durationMs}`,
          },
        }),
      ]);
  }
  return lines.sort(([a], [b]) => a - b).map(([, line]) => line);
};

/** As the tables fold them: of each fact the largest. */
const invocations = ({ reports }: Telling): Map<string, Record<string, unknown>> => {
  const found = new Map<string, Record<string, unknown>>();
  for (const { of, invocationId, facts } of reports) {
    const key = `${of.key}${invocationId}`;
    const one = found.get(key) ?? {};
    for (const [name, value] of Object.entries({ ...of.told, ...facts })) {
      if (value === null || value === undefined) continue;
      const known = one[name] as typeof value | undefined;
      if (known === undefined || value > known) one[name] = value;
    }
    found.set(key, one);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
};

const shuffled = <Item>(items: readonly Item[], random: Random): Item[] => {
  const left = [...items];
  return items.map(() => left.splice(random.whole(left.length), 1)[0] as Item);
};

const interleaved = (logs: readonly string[][], random: Random): string[] => {
  const left = logs.map((lines) => [...lines]);
  const all: string[] = [];
  for (;;) {
    const some = left.filter((lines) => lines.length > 0);
    if (some.length === 0) return all;
    all.push(random.one(some).shift() as string);
  }
};

const foreign = ['', 'START RequestId: 1', '{"a":1}', 'x'.repeat(5_000), '\u0000', '{"time":'];

const forAny = (check: (lines: string[], random: Random) => void): void => {
  const seed = Date.now() % 2 ** 31;
  for (let run = 0; run < runs; run += 1) {
    const random = randomOf(seed + run);
    try {
      check(interleaved([cleanLog(random), cleanLog(random), cleanLog(random)], random), random);
    } catch (error) {
      throw new Error(`with seed ${seed + run}`, { cause: error });
    }
  }
};

describe("invocations in Azure's logs", () => {
  it('are the same in any order', () => {
    forAny((lines, random) => {
      assert.deepEqual(invocations(readLines(shuffled(lines, random), at)), invocations(readLines(lines, at)));
    });
  });

  it('are the same where lines come again, and between those of others', () => {
    forAny((lines, random) => {
      const again = lines.flatMap((line) => [line, ...(random.chance(0.3) ? [line, random.one(foreign)] : [])]);
      assert.deepEqual(invocations(readLines(again, at)), invocations(readLines(lines, at)));
    });
  });

  it('are those of the clean log minus what was cut', () => {
    forAny((lines, random) => {
      const text = lines.join('\n');
      const [from, end] = [random.whole(text.length), random.whole(text.length)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      const cut = text.slice(from, end).split('\n');
      const whole = cut.filter((line) => lines.includes(line));
      const telling = readLines(cut, at);
      assert.deepEqual(invocations(telling), invocations(readLines(whole, at)));
      assert.equal(telling.reports.length + telling.unknown.count, telling.records);
    });
  });
});
