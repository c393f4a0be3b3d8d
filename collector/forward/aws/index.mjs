/**
 * A Lambda function that forwards what a CloudWatch Logs subscription gives it to a coldlens collector. It has no dependencies:
 * this file is the whole deployment, on any nodejs runtime from 20 on.
 *
 *   COLDLENS_URL              the collector, such as https://coldlens.example.com
 *   COLDLENS_TOKEN            a token with the scope `write`; or one of the two below, which keep it out of the configuration
 *   COLDLENS_TOKEN_SECRET     name or ARN of a secret of AWS Secrets Manager that holds nothing but the token
 *   COLDLENS_TOKEN_PARAMETER  name of a SecureString of SSM Parameter Store
 *
 * The last two want the layer "AWS Parameters and Secrets Lambda Extension" on this function.
 * Whatever cannot be delivered is thrown: Lambda then calls again twice, and hands it to the function's destination on failure.
 */

const mostTries = 4;
const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** Of one try. */
const timeoutMs = 10_000;
/** For the answer of this function itself. */
const marginMs = 1_000;

/** Answers that another try may change; a token that is read again may be another one. */
const isTransient = (status) =>
  status === 429 ||
  status >= 500 ||
  (status === 401 && Boolean(process.env.COLDLENS_TOKEN_SECRET ?? process.env.COLDLENS_TOKEN_PARAMETER));

const extensionUrl = () => `http://localhost:${process.env.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT ?? 2773}`;

const stored = async (path) => {
  const response = await fetch(`${extensionUrl()}${path}`, {
    headers: { 'X-Aws-Parameters-Secrets-Token': process.env.AWS_SESSION_TOKEN ?? '' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`The token cannot be read: the secrets extension answered ${response.status}.`);
  return response.json();
};

const tokenNow = async () => {
  const { COLDLENS_TOKEN, COLDLENS_TOKEN_SECRET, COLDLENS_TOKEN_PARAMETER } = process.env;
  if (COLDLENS_TOKEN_SECRET) {
    return (
      await stored(`/secretsmanager/get?secretId=${encodeURIComponent(COLDLENS_TOKEN_SECRET)}`)
    ).SecretString.trim();
  }
  if (COLDLENS_TOKEN_PARAMETER) {
    const name = encodeURIComponent(COLDLENS_TOKEN_PARAMETER);
    return (await stored(`/systemsmanager/parameters/get?name=${name}&withDecryption=true`)).Parameter.Value.trim();
  }
  return COLDLENS_TOKEN;
};

/** Asked for once an instance, and again where the collector does not know it: it may have been changed. */
let knownToken;

const post = async (body) => {
  const { COLDLENS_URL, AWS_REGION } = process.env;
  if (!COLDLENS_URL) throw new Error('COLDLENS_URL is not set: it says where the collector is.');
  knownToken ??= tokenNow();
  let token;
  try {
    token = await knownToken;
  } catch (error) {
    knownToken = undefined;
    throw error;
  }
  const url = new URL('/v1/cloudwatch', COLDLENS_URL);
  // Messages of a subscription name their account, and not their region: it is that of this function.
  if (AWS_REGION) url.searchParams.set('region', AWS_REGION);
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Content-Encoding': 'gzip',
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body,
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (response.ok) return { isDone: true };
  if (response.status === 401) knownToken = undefined;
  const retryAfterS = Number(response.headers.get('retry-after'));
  return {
    isDone: false,
    isFinal: !isTransient(response.status),
    pauseMs: retryAfterS > 0 ? Math.min(retryAfterS * 1_000, longestPauseMs) : undefined,
    reason: `the collector answered ${response.status}: ${text.slice(0, 300)}`,
  };
};

const tried = async (body) => {
  try {
    return await post(body);
  } catch (error) {
    return { isDone: false, isFinal: false, reason: error.cause?.message ?? error.message };
  }
};

export const handler = async (event, context) => {
  const data = event?.awslogs?.data;
  if (typeof data !== 'string') throw new Error('This is no event of a CloudWatch Logs subscription.');
  // Passed on as it is, gzip: the same bytes every time, by which the collector knows that it had them before.
  const body = Buffer.from(data, 'base64');
  const leftMs = () => (context?.getRemainingTimeInMillis?.() ?? 60_000) - marginMs;
  for (let tries = 1; ; tries += 1) {
    const outcome = await tried(body);
    if (outcome.isDone) return;
    const pauseMs = outcome.pauseMs ?? firstPauseMs * 2 ** (tries - 1) * (0.5 + Math.random());
    if (outcome.isFinal || tries === mostTries || pauseMs >= leftMs()) {
      throw new Error(`${body.length} bytes of a log were not delivered after ${tries} tries: ${outcome.reason}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
};
