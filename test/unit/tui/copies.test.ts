/** `y` copies what is selected, and nothing beside it. */
import assert from 'node:assert/strict';
import { benchRuns, health, liveInvocations } from './more-pages.ts';
import { functionPage, functionView, instanceList, invocationPage, moduleTree } from './pages.ts';
import { sixFunctions } from './rankings.ts';
import { FakeSource, stage } from './screen-stage.ts';

const { collector, store } = health;
const { invocations, coldStarts, errors, phases, cold, warm, untold, coldHistogram } = functionView;
const { trend, deployments, cost, alternatives, versions, memorySizes, uploads } = functionView;

/** The keys, and what is copied then. */
const copies = {
  'the selected function': [['j'], sixFunctions.functions[1]],
  'the part that has the focus': [['\r'], { phases, cold, warm, untold, invocations, coldStarts, errors }],
  'the histogram': [['\r', '\t'], coldHistogram],
  'the trend with its deployments': [['\r', '\t\t'], { trend, deployments }],
  'what it costs': [['\r', '\t\t\t'], { cost, alternatives }],
  'versions and memory sizes': [['\r', '\t\t\t\t'], { versions, memorySizes, uploads }],
  'the selected cold start': [['\r', 'jj'], functionPage.recentColdStarts[2]],
  'the instances': [['\r', '\t\t\t\t\t\t'], instanceList],
  'the selected span': [['\r', '\r', 'g'], invocationPage.spans.find(({ parentSpanId }) => parentSpanId === '')],
  'the collector': [[':health\r'], undefined],
  'its buffer': [[':health\r', '\t'], { buffer: collector?.buffer, inserts: collector?.inserts }],
  'the store': [[':health\r', '\t\t'], store],
  'its sealing': [[':health\r', '\t\t\t'], collector?.sealing],
  'what was received': [[':health\r', '\t\t\t\t'], collector?.received],
  'the selected arrival': [[':live\r', 'j'], liveInvocations.invocations[1]],
  'the selected run': [[':bench\r', 'j'], benchRuns.runs[1]],
} as const satisfies Record<string, readonly [readonly string[], unknown]>;

async function copied(keys: readonly string[], change: (source: FakeSource) => void = () => {}): Promise<unknown> {
  const source = new FakeSource(() => sixFunctions);
  source.functionPage = async () => functionPage;
  source.instances = async () => instanceList;
  source.invocationPage = async () => invocationPage;
  source.modules = async () => moduleTree;
  source.live = async () => liveInvocations;
  source.health = async () => health;
  source.benchRuns = async () => benchRuns;
  change(source);
  const shown = await stage({ columns: 100, rows: 30, source });
  for (const batch of [...keys, 'y']) await shown.type(batch);
  const [text, ...more] = shown.copied;
  assert.deepEqual(more, []);
  await shown.close();
  return JSON.parse(text ?? 'null');
}

describe('y copies', () => {
  for (const [what, [keys, expected]] of Object.entries(copies)) {
    it(what, async () => {
      const found = await copied(keys);
      assert.ok(found !== null);
      if (expected !== undefined) assert.deepEqual(found, JSON.parse(JSON.stringify(expected)));
    });
  }

  it('of the collector what no other part is about', async () => {
    const found = (await copied([':health\r'])) as object;
    assert.ok('rssBytes' in found && !('buffer' in found) && !('received' in found) && !('sealing' in found));
  });

  it('an invocation without spans as a whole', async () => {
    const without = { ...invocationPage, spans: [] };
    const found = await copied(['\r', '\r'], (source) => {
      source.invocationPage = async () => without;
    });
    assert.deepEqual(found, without);
  });

  it('the store where no collector was asked', async () => {
    const found = await copied([':health\r'], (source) => {
      source.health = async () => ({ ...health, collector: null });
    });
    assert.deepEqual(found, store);
  });
});
