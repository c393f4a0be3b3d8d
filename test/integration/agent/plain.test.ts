/** The agent around functions of no platform that it knows. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { functionNode } from '../../support/function-node.ts';
import { stageForEachTest } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const fixture = (file: string): string => fileURLToPath(new URL(`../../fixtures/${file}`, import.meta.url));
const run = promisify(execFile);

describe('the agent around plain functions', () => {
  const { receiver } = stageForEachTest();
  let child: ChildProcess | undefined;

  afterEach(() => {
    child?.kill('SIGKILL');
    child = undefined;
  });

  const environment = (): NodeJS.ProcessEnv => ({
    PATH: process.env.PATH,
    COLDLENS_ENDPOINT: receiver.url,
    OTEL_SERVICE_NAME: 'probe',
    // The process ends at once, so the response waits for the spans.
    COLDLENS_EXPORT: 'sync',
  });

  it('changes neither arguments, nor results, nor `this`, nor the declared length', async () => {
    const { stdout, stderr } = await run(functionNode, [fixture('plain-functions.mjs')], {
      env: environment(),
      timeout: 10_000,
    });
    assert.equal(stderr, '');
    assert.deepEqual(JSON.parse(stdout), [[1, 2, 3], 'sync x', 'back x', 'this', [3, 1, 2]]);
    const roots = receiver.named('probe');
    assert.equal(roots.length, 6);
    assert.equal(new Set(roots.map((span) => span.attributes['faas.invocation.id'])).size, 6);
    assert.deepEqual(
      roots.map((span) => span.attributes['coldlens.start.kind']),
      ['cold', 'warm', 'warm', 'warm', 'warm', 'warm'],
    );
    assert.equal(receiver.named('init').length, 1);
    assert.equal(roots[0]?.resource['cloud.provider'], undefined);
  });

  it("lets a server's call end with its response, and leaves `next` alone", async () => {
    const env = { ...environment(), COLDLENS_EXPORT: 'after-response' };
    child = spawn(functionNode, [fixture('express-style.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<string>((resolve) =>
      child?.stdout?.once('data', (text) => resolve(String(text).trim())),
    );
    const answer = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    assert.equal(await answer('/'), 'late');
    assert.equal(await answer('/next'), 'passed on');
    await until('both arrived', () => receiver.named('probe').length === 2);
    const [first] = receiver.named('execution');
    assert.ok(first && first.endMs - first.startMs >= 29);
  });
});
