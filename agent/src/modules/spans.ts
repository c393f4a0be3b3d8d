/**
 * The module tree as spans below the init span: one for each module that cost something, and one a package for the many
 * that hardly did, so that the times of all spans still add up.
 */
import type { Attributes, Span } from '../invocation.ts';
import { randomSpanId } from '../trace/ids.ts';
import { moduleAttribute } from '../vocabulary.ts';
import { type ModuleNode, totalsOf } from './node.ts';
import type { Package, Packages } from './package-of.ts';
import { type ImportedBy, type ReadSource, rollUp } from './rollup.ts';

/** A module gets a span of its own from this total time on. */
const minTotalMs = 1;
/** With the packages' spans a trace of at most some 300 kB. */
const maxModuleSpans = 300;
const maxPackageSpans = 100;

export interface TreeOptions {
  nodes: readonly ModuleNode[];
  packages: Packages;
  /** Of the init, milliseconds since process start. */
  beginMs: number;
  endMs: number;
  initSpanId: string;
  readSource: ReadSource;
}

/** Microseconds are as fine as the clock means. */
const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

const within = (ms: number, { beginMs, endMs }: Pick<TreeOptions, 'beginMs' | 'endMs'>): number =>
  Math.min(Math.max(ms, beginMs), endMs);

const packageAttributes = ({ name, version }: Pick<Package, 'name' | 'version'>): Attributes => ({
  [moduleAttribute.package]: name,
  [moduleAttribute.packageVersion]: version || undefined,
});

/** The dearest modules. A parent's total holds its children's, so the parents of those kept are kept as well. */
const dearest = (nodes: readonly ModuleNode[], totals: ReadonlyMap<ModuleNode, number>): ModuleNode[] => {
  const total = (node: ModuleNode): number => totals.get(node) ?? 0;
  const kept = new Set<ModuleNode>();
  for (const node of nodes.filter((each) => total(each) >= minTotalMs).sort((a, b) => total(b) - total(a))) {
    const line: ModuleNode[] = [];
    for (let at: ModuleNode | null = node; at && !kept.has(at); at = at.parent) line.push(at);
    if (kept.size + line.length > maxModuleSpans) break;
    for (const each of line) kept.add(each);
  }
  // In the order of loading, parents first.
  return nodes.filter((node) => kept.has(node));
};

const moduleSpan = (node: ModuleNode, totalMs: number, parentSpanId: string, options: TreeOptions): Span => {
  const { packages } = options;
  const name = packages.shortName(node.key);
  const beginMs = within(node.beginMs, options);
  return {
    spanId: randomSpanId(),
    parentSpanId,
    name,
    phase: null,
    beginMs,
    endMs: Math.max(beginMs, within(node.endMs, options)),
    attributes: {
      [moduleAttribute.name]: name,
      ...packageAttributes(packages.of(node.key)),
      [moduleAttribute.format]: node.format,
      [moduleAttribute.selfMs]: rounded(node.selfMs),
      [moduleAttribute.cpuMs]: node.cpuMs === null ? undefined : rounded(node.cpuMs),
      [moduleAttribute.totalMs]: rounded(totalMs),
      [moduleAttribute.resolveMs]: rounded(node.resolveMs),
      [moduleAttribute.linkMs]: rounded(node.linkMs) || undefined,
      [moduleAttribute.bytes]: node.bytes || undefined,
      [moduleAttribute.parent]: node.parent ? packages.shortName(node.parent.key) : undefined,
      [moduleAttribute.failed]: node.failed || undefined,
      [moduleAttribute.topLevelAwait]: node.topLevelAwait || undefined,
      [moduleAttribute.circular]: node.circular || undefined,
      [moduleAttribute.used]: node.used ?? undefined,
      [moduleAttribute.source]: node.source,
    },
    failed: node.failed,
  };
};

/** `src/format.ts:3` */
const placeText = ({ file, line }: ImportedBy): string => (line === null ? file : `${file}:${line}`);

/** Small modules that have no span of their own: of one package, below the module whose total holds them. */
interface Rest {
  members: ModuleNode[];
  /** `null` = of several. */
  found: Package | null;
  parentSpanId: string;
}

const restSpan = ({ members, found, parentSpanId }: Rest, options: TreeOptions): Span => {
  const sum = (of: (node: ModuleNode) => number): number => members.reduce((all, node) => all + of(node), 0);
  const selfMs = sum((node) => node.selfMs);
  const resolveMs = sum((node) => node.resolveMs);
  const beginMs = within(Math.min(...members.map((node) => node.beginMs)), options);
  const [cost] = found ? rollUp(members, options.packages, options.readSource) : [];
  const places = cost?.importedBy.map(placeText).slice(0, 3).join(', ');
  const looked = members.filter((node) => node.used !== null);
  return {
    spanId: randomSpanId(),
    parentSpanId,
    name: found ? found.name || 'own modules' : 'other packages',
    phase: null,
    beginMs,
    endMs: within(beginMs + selfMs + resolveMs, options),
    attributes: {
      ...(found && packageAttributes(found)),
      [moduleAttribute.count]: members.length,
      [moduleAttribute.selfMs]: rounded(selfMs),
      [moduleAttribute.cpuMs]: members.some((node) => node.cpuMs !== null)
        ? rounded(sum((node) => node.cpuMs ?? 0))
        : undefined,
      [moduleAttribute.totalMs]: rounded(selfMs + resolveMs),
      [moduleAttribute.resolveMs]: rounded(resolveMs),
      [moduleAttribute.bytes]: sum((node) => node.bytes) || undefined,
      [moduleAttribute.failed]: members.some((node) => node.failed) || undefined,
      [moduleAttribute.used]: looked.length > 0 ? looked.some((node) => node.used) : undefined,
      [moduleAttribute.importedBy]: places || undefined,
      [moduleAttribute.source]: members.some((node) => node.source === 'profile') ? 'profile' : 'hooks',
    },
    failed: false,
  };
};

/** All spans of the tree. Their `self_ms` and `resolve_ms` add up to those of all modules. */
export const treeSpans = (options: TreeOptions): Span[] => {
  const { nodes, packages, initSpanId } = options;
  const totals = totalsOf(nodes);
  const spans: Span[] = [];
  /** Of each module its own, or that of the nearest one above that has one: parents come first. */
  const spanIds = new Map<ModuleNode | null, string>();
  const aboveOf = ({ parent }: ModuleNode): string => spanIds.get(parent) ?? initSpanId;
  for (const node of dearest(nodes, totals)) {
    const span = moduleSpan(node, totals.get(node) ?? 0, aboveOf(node), options);
    spanIds.set(node, span.spanId);
    spans.push(span);
  }
  const small = new Map<string, Rest & { ms: number }>();
  for (const node of nodes) {
    if (spanIds.has(node)) continue;
    const found = packages.of(node.key);
    const parentSpanId = aboveOf(node);
    spanIds.set(node, parentSpanId);
    const id = `${found.name}@${found.version} ${parentSpanId}`;
    const entry = small.get(id) ?? { found, parentSpanId, members: [], ms: 0 };
    small.set(id, entry);
    entry.members.push(node);
    entry.ms += node.selfMs + node.resolveMs;
  }
  const rests = [...small.values()].sort((a, b) => b.ms - a.ms);
  const members = rests.splice(maxPackageSpans).flatMap((rest) => rest.members);
  for (const rest of rests) spans.push(restSpan(rest, options));
  if (members.length > 0) spans.push(restSpan({ members, found: null, parentSpanId: initSpanId }, options));
  return spans;
};
