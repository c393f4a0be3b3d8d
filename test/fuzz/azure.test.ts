/** Readers of Azure's telemetry: whatever comes becomes rows or is counted, and only a body that is none is refused. */
import assert from 'node:assert/strict';
import { Telling } from '#collector/model/telling.js';
import { azureBodies } from '#collector/platforms/azure/index.js';
import { NotOfFormat } from '#collector/platforms/format.js';
import { MalformedBody, OversizedBody } from '#collector/reading/limits.js';
import { rowsOf } from '#collector/store/rows.js';
import { azureFormat, fixture } from '../unit/collector/platforms/azure-support.ts';
import { fuzz } from './fuzz.ts';
import { type Json, mutated, mutatedJson, type Random } from './random.ts';

/** Between those of most fixtures. */
const receivedMs = Date.parse('2024-10-29');
const place = { account: 's', region: 'East US', functionName: 'app' };

const values = [
  'function-app-logs.json',
  'app-requests.json',
  'continuous-export.blob',
  'app-insights-query.json',
  'log-analytics-query.json',
].map((name) => JSON.parse(fixture(name)) as Json);
const texts = ['event-hub-message.txt', 'PT1H.txt', 'host.log', 'function-app-logs.json'].map(fixture);

const prototype = (): string => Reflect.ownKeys(Object.prototype).map(String).join();
const untouched = prototype();

const checkTold = (telling: Telling): void => {
  assert.equal(telling.reports.length + telling.starts.length + telling.unknown.count, telling.records);
  for (const { functionName, invocationId } of telling.reports) {
    assert.ok(functionName.length <= 512 && invocationId.length <= 512 && invocationId !== '');
  }
  rowsOf(telling, receivedMs);
  assert.equal(prototype(), untouched);
};

const checkBody = (input: Uint8Array): void => {
  const telling = new Telling(receivedMs);
  try {
    azureBodies.azure(input, place, telling);
  } catch (error) {
    assert.ok(
      error instanceof NotOfFormat || error instanceof MalformedBody || error instanceof OversizedBody,
      String(error),
    );
  }
  checkTold(telling);
};

fuzz({
  name: 'azure',
  make: (random: Random) => Buffer.from(JSON.stringify(mutatedJson(random.one(values), random))),
  check: (input) => {
    checkBody(input);
    const value: unknown = JSON.parse(Buffer.from(input).toString());
    azureFormat.isRecord(value);
    const telling = new Telling(receivedMs);
    azureFormat.reader(place, telling).record(value);
    checkTold(telling);
  },
  share: 0.5,
});

fuzz({
  name: 'azure-bytes',
  make: (random: Random) => mutated(Buffer.from(random.one(texts)), random),
  check: (input) => {
    checkBody(input);
    const telling = new Telling(receivedMs);
    const reader = azureFormat.reader(place, telling);
    for (const line of Buffer.from(input).toString().split('\n')) {
      azureFormat.isLine(line);
      reader.line(line);
    }
    checkTold(telling);
  },
  share: 0.5,
});
