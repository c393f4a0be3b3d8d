import assert from 'node:assert/strict';
import { lambda } from '#agent/platforms/lambda.js';

describe('AWS Lambda', () => {
  it('says of every instance what it is billed as', () => {
    const skuOf = (env: Record<string, string>): unknown => lambda.resource(env, [])['coldlens.sku'];
    assert.equal(skuOf({ AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' }), 'provisioned-concurrency');
    assert.equal(skuOf({}), undefined);
  });
});
