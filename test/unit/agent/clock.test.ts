import assert from 'node:assert/strict';
import { processStartUnixMs } from '#agent/phases/clock.js';

describe('the time of day of what the monotonic clock saw', () => {
  it('follows the wall clock when the other stood still, as in a restored snapshot', () => {
    const startUnixMs = performance.timeOrigin;
    assert.equal(processStartUnixMs(startUnixMs + 100, 100), startUnixMs);
    assert.equal(processStartUnixMs(startUnixMs + 104, 100), startUnixMs, 'a few milliseconds are the grain');
    const sleptMs = 3_600_000;
    assert.equal(processStartUnixMs(startUnixMs + sleptMs + 110, 110), startUnixMs + sleptMs);
    assert.equal(processStartUnixMs(startUnixMs + sleptMs + 200, 200), startUnixMs + sleptMs, 'and stays with it');
    assert.equal(processStartUnixMs(startUnixMs + 300, 300), startUnixMs, 'also when it was put back');
  });
});
