import assert from 'node:assert/strict';
import { rejectedRequests } from '#collector/watch/rejected-requests.js';

const none = { full: 0, busy: 0, disk: 0, closing: 0 };
const route = '/v1/traces';

describe('requests that were refused', () => {
  let most = 0;
  const neverLess = (count: number) => {
    most = Math.max(most, count);
    return most;
  };
  beforeEach(() => {
    most = 0;
  });
  const counted = (...args: [Parameters<typeof rejectedRequests>[0], Parameters<typeof rejectedRequests>[1]]) =>
    Object.fromEntries(
      rejectedRequests(...args, neverLess)
        .filter(({ value }) => value > 0)
        .map(({ labels, value }) => [labels?.reason, value]),
    );

  it('are told apart by status, and those with 503 by what was full or failed', () => {
    const answers = [
      { route, status: 200, count: 90 },
      { route, status: 400, count: 3 },
      { route, status: 401, count: 2 },
      { route, status: 418, count: 1 },
      { route, status: 503, count: 9 },
      // Questions are nobody's spans.
      { route: '/api/v1/ranking', status: 503, count: 50 },
      { route: 'other', status: 404, count: 7 },
    ];
    assert.deepEqual(counted(answers, { ...none, full: 4, closing: 2 }), {
      ...{ malformed: 3, no_token: 2, other: 1, buffer_full: 4, buffer_closing: 2, overload: 3 },
    });
  });

  it('never become fewer, though the buffer counts a refusal before it is answered', () => {
    const answers = [{ route, status: 503, count: 10 }];
    assert.equal(counted(answers, { ...none, full: 4 }).overload, 6);
    assert.equal(counted(answers, { ...none, full: 5 }).overload, 6);
  });

  it('are told of each reason from the first', () => {
    const reasons = rejectedRequests([], none, neverLess).map(({ labels }) => labels?.reason);
    assert.ok(['malformed', 'no_token', 'too_large', 'buffer_full', 'overload'].every((one) => reasons.includes(one)));
  });
});
