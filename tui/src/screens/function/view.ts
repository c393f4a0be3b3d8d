/** What the screen of a function asks: its page, and its instances as far as they can be counted at little cost. */
import {
  type FunctionIdentity,
  type FunctionPage,
  type InstanceList,
  longestInstancesMs,
  Trouble,
} from '@coldlens/collector';
import { asking, type Source } from '../../app/source.ts';

/** A page with whose it is, and the instances behind it: `null` = none was seen, a text = why the source does not tell. */
export interface FunctionView extends FunctionIdentity, FunctionPage {
  instances: InstanceList | { trouble: string } | null;
}

const mostInstances = 100;
const hourMs = 3_600_000;
/** Instances are counted from single invocations: of a function that is called more than that a day only the last hour. */
const mostCounted = 200_000;
/** Counted less often than the page is asked for. */
const instancesEveryMs = 30_000;

/** @param before the last answer, whose instances are kept for a while */
export async function functionView(
  source: Source,
  { sinceMs, ...of }: FunctionIdentity & { sinceMs: number },
  before?: FunctionView | null,
): Promise<FunctionView | null> {
  const asked = { ...of, sinceMs };
  const page = await asking(source, 'functionPage', 'single functions')(asked);
  if (page === null) return null;
  return { ...of, ...page, instances: await instancesOf(source, asked, page, before?.instances ?? null) };
}

async function instancesOf(
  source: Source,
  { sinceMs, ...of }: FunctionIdentity & { sinceMs: number },
  page: FunctionPage,
  before: FunctionView['instances'],
): Promise<FunctionView['instances']> {
  if (before !== null && 'until' in before && Date.parse(page.until) - Date.parse(before.until) < instancesEveryMs) {
    return before;
  }
  const lately = Math.min(sinceMs, longestInstancesMs);
  const isBusy = page.invocations * (lately / sinceMs) > mostCounted;
  try {
    const ask = asking(source, 'instances', 'instances');
    return await ask({ ...of, sinceMs: isBusy ? Math.min(lately, hourMs) : lately, limit: mostInstances });
  } catch (error) {
    // An older collector: the page is worth showing all the same.
    if (error instanceof Trouble) return { trouble: error.message };
    throw error;
  }
}
