/** What requests to AWS's endpoints say beside their bodies. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { awsEndpoints } from '#collector/receive/platforms/aws.js';

const endpoint = (path: string) => {
  const found = awsEndpoints.find((one) => one.path === path);
  assert.ok(found, path);
  return found;
};
const about = (path: string, headers: Record<string, string>, query = '') =>
  endpoint(path).about({ headers } as unknown as IncomingMessage, new URL(`http://c${path}${query}`));

describe("AWS's endpoints", () => {
  const firehose = {
    'x-amz-firehose-request-id': 'ed4acda5-034f-9f42-bba1-f29aea6d7d8f',
    'x-amz-firehose-source-arn': 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/coldlens',
    'x-amz-firehose-access-key': 'key',
  };

  it('know the region and the account by the stream', () => {
    assert.deepEqual(about('/v1/firehose', firehose), {
      requestId: 'ed4acda5-034f-9f42-bba1-f29aea6d7d8f',
      place: { region: 'eu-central-1', account: '123456789012' },
    });
  });

  it('believe common attributes before the stream, and the URL before all', () => {
    const attributes = { commonAttributes: { region: 'us-east-1', function: 'cart', account: 7, other: 'x' } };
    const headers = { ...firehose, 'x-amz-firehose-common-attributes': JSON.stringify(attributes) };
    assert.deepEqual(about('/v1/firehose', headers).place, {
      ...{ region: 'us-east-1', account: '123456789012', functionName: 'cart' },
    });
    assert.equal(about('/v1/firehose', headers, '?function=shop&region=').place.functionName, 'shop');
    assert.equal(about('/v1/firehose', headers, '?function=shop&region=').place.region, 'us-east-1');
  });

  for (const text of [
    '',
    '{',
    '[]',
    '{"commonAttributes":null}',
    '{"commonAttributes":{"__proto__":{"region":"x"}}}',
  ]) {
    it(`take common attributes such as ${JSON.stringify(text)} for none`, () => {
      const headers = { ...firehose, 'x-amz-firehose-common-attributes': text, 'x-amz-firehose-source-arn': 'arn' };
      assert.deepEqual(about('/v1/firehose', headers).place, {});
    });
  }

  it('want the id of a request, by which it is known when it comes again', () => {
    assert.throws(
      () => about('/v1/firehose', { ...firehose, 'x-amz-firehose-request-id': '' }),
      /Request-Id is missing/,
    );
  });

  it('know nothing of the others but what the URL says', () => {
    assert.deepEqual(about('/v1/cloudwatch', firehose, '?region=eu-west-1'), { place: { region: 'eu-west-1' } });
    assert.deepEqual(about('/v1/telemetry', {}, '?account=1&function=shop&stream=2026%2F11%2F22%2F%5B1%5Dab'), {
      place: { account: '1', functionName: 'shop', logStream: '2026/11/22/[1]ab' },
    });
  });
});
