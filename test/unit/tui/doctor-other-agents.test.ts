/** What `coldlens doctor` says of other agents in the environment that it runs in. */
import assert from 'node:assert/strict';
import { checkOtherAgents } from '#tui/doctor/other-agents.js';

const check = (environment: Record<string, string>) =>
  checkOtherAgents({
    data: undefined,
    clickhouse: undefined,
    url: undefined,
    token: undefined,
    port: 0,
    path: '',
    environment,
  });

describe("doctor's check of other agents", () => {
  it('finds none where there are none, and does not take ours for another', () => {
    for (const NODE_OPTIONS of ['', '--import @coldlens/agent/register', '--max-old-space-size=512']) {
      assert.deepEqual(check({ NODE_OPTIONS }), {
        status: 'ok',
        detail: 'none in NODE_OPTIONS or AWS_LAMBDA_EXEC_WRAPPER',
        next: '',
      });
    }
    const file = '--require "/home/otel app/node_modules/@coldlens/agent/dist/register.cjs"';
    assert.match(check({ NODE_OPTIONS: file }).detail, /^none/);
  });

  it('says one sentence for each preload', () => {
    const { status, detail, next } = check({
      NODE_OPTIONS: '-r dd-trace/init --import @coldlens/agent/register --experimental-loader=@opentelemetry/hook.mjs',
    });
    assert.deepEqual([status, next], ['ok', '']);
    const [first, second, ...more] = detail.split('; ');
    assert.match(first ?? '', /preloads dd-trace\/init \(dd-trace\): .* runtime start, not as init$/);
    assert.match(second ?? '', /every import through @opentelemetry\/hook\.mjs \(opentelemetry\)/);
    assert.deepEqual(more, []);
  });

  it('says how two exec wrappers get on', () => {
    const other = check({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler' });
    assert.equal(other.status, 'warn');
    assert.match(other.detail, /is \/opt\/otel-handler \(otel\).*does not wrap/);
    assert.match(other.next, /AWS_LAMBDA_EXEC_WRAPPER=\/opt\/coldlens and COLDLENS_NEXT_WRAPPER=\/opt\/otel-handler/);
    const both = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/coldlens', COLDLENS_NEXT_WRAPPER: '/opt/datadog_wrapper' };
    assert.match(check(both).detail, /^\/opt\/coldlens starts the exec wrapper \/opt\/datadog_wrapper \(datadog\)/);
    assert.equal(check({ COLDLENS_NEXT_WRAPPER: '/opt/x' }).status, 'warn');
  });
});
