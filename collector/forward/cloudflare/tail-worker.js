/**
 * A Tail Worker: sends what Cloudflare tells of each invocation of other Workers to a coldlens collector. It has no
 * dependencies; deploy it as it is.
 *
 *   COLDLENS_ENDPOINT   variable: the collector, such as https://coldlens.example.com
 *   COLDLENS_TOKEN      secret: a token that may write
 *   COLDLENS_ACCOUNT    variable, optional: an account's name or id, where the collector has several
 *   COLDLENS_FUNCTION   variable, optional: the Worker's name, where it is not told: workerd on its own does not
 *
 * It sends which Worker and version ran, when, how long, with what outcome and for what kind of event. Addresses, messages,
 * logs, and headers other than the ray id stay here.
 *
 * What cannot be sent is kept, 1,000 invocations at most, and sent with what comes next, to this isolate. What is given up is
 * counted; the count goes to the log of this Worker at once and to the collector with the next batch.
 */

const mostKept = 1_000;
const mostAtOnce = 500;
const timeoutMs = 10_000;
/** Between one try and the next. Waiting costs no CPU time. */
const pausesMs = [500, 2_000];
/** What is answered with these will never be taken; a wrong token or address may be mended. */
const permanent = new Set([400, 413, 415, 422]);

/** What is left of batches that could not be sent, the oldest first. */
const kept = [];
/** Given up, and not yet told. */
let dropped = 0;

const giveUp = (count, why) => {
  dropped += count;
  console.error(`coldlens: ${count} invocations are given up: ${why}.`);
};

/** Members of which a kind of event is known, as they are. */
const eventMembers = ['cron', 'scheduledTime', 'queue', 'batchSize', 'rpcMethod'];

const eventOf = (event) => {
  if (event === null || event === undefined) return null;
  const told = {};
  for (const member of eventMembers) if (event[member] !== undefined) told[member] = event[member];
  // Of what names people or addresses, only that it is there.
  if (event.mailFrom !== undefined) told.mailFrom = '';
  if (event.getWebSocketEvent !== undefined) told.getWebSocketEvent = {};
  if (event.consumedEvents !== undefined) told.consumedEvents = [];
  if (event.request !== undefined) {
    const ray = event.request.headers?.['cf-ray'];
    told.request = ray === undefined ? {} : { headers: { 'cf-ray': ray } };
  }
  return told;
};

const itemOf = (trace) => ({
  scriptName: trace.scriptName,
  scriptVersion: trace.scriptVersion?.id === undefined ? undefined : { id: trace.scriptVersion.id },
  entrypoint: trace.entrypoint,
  executionModel: trace.executionModel,
  outcome: trace.outcome,
  eventTimestamp: trace.eventTimestamp,
  cpuTime: trace.cpuTime,
  wallTime: trace.wallTime,
  event: eventOf(trace.event),
  exceptions: (trace.exceptions ?? []).slice(0, 1).map(({ name }) => ({ name })),
  // Not all events have an id of Cloudflare's; what is sent twice is to be known again.
  coldlensId: crypto.randomUUID(),
});

/** @returns null when it was taken, else why not */
const attempt = async (url, token, body) => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    if (response.ok) return null;
    return { why: `the collector answered ${response.status}`, again: !permanent.has(response.status) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error), again: true };
  }
};

const send = async (url, token, batch) => {
  const told = dropped;
  const body = JSON.stringify(told > 0 ? [...batch, { coldlensDropped: told }] : batch);
  let failure = await attempt(url, token, body);
  for (const pauseMs of pausesMs) {
    if (failure === null || !failure.again) break;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    failure = await attempt(url, token, body);
  }
  if (failure === null) dropped -= told;
  return failure;
};

const keep = (batch, why) => {
  kept.unshift(...batch);
  const tooMany = kept.splice(0, kept.length - mostKept).length;
  console.error(`coldlens: ${batch.length} invocations could not be sent (${why}); kept for the next try.`);
  if (tooMany > 0) giveUp(tooMany, `more than ${mostKept} wait`);
};

const urlOf = (env) => {
  const url = new URL('/v1/cloudflare', env.COLDLENS_ENDPOINT);
  if (env.COLDLENS_ACCOUNT) url.searchParams.set('account', env.COLDLENS_ACCOUNT);
  if (env.COLDLENS_FUNCTION) url.searchParams.set('function', env.COLDLENS_FUNCTION);
  return url;
};

export default {
  async tail(traces, env) {
    const items = traces.map(itemOf);
    if (!env.COLDLENS_ENDPOINT || !env.COLDLENS_TOKEN) {
      giveUp(items.length, 'COLDLENS_ENDPOINT or COLDLENS_TOKEN is not set');
      return;
    }
    // Taken at once, so that another event which comes meanwhile does not send it too.
    const all = [...kept.splice(0), ...items];
    while (all.length > 0) {
      const batch = all.splice(0, mostAtOnce);
      const failure = await send(urlOf(env), env.COLDLENS_TOKEN, batch);
      if (failure === null) continue;
      if (failure.again) {
        keep([...batch, ...all.splice(0)], failure.why);
        return;
      }
      giveUp(batch.length, failure.why);
    }
  },
};
