/** The module tree as files for other programs: a flame graph in SVG, and a profile for speedscope. */
import type { ModuleNode, ModuleTree } from '@coldlens/collector';
import { clean } from '../format/clean.ts';
import { formatMsUnit } from '../format/numbers.ts';
import { moduleName } from '../screens/modules/rows.ts';
import { safeJson } from './json.ts';

interface Placed {
  node: ModuleNode;
  fromMs: number;
}

/** Modules one after the other, those that one asked for within its time. */
export function placedModules({ modules }: ModuleTree): Placed[] {
  const next: number[] = [0];
  return modules.map((node) => {
    const fromMs = next[node.depth] ?? 0;
    next[node.depth] = fromMs + node.totalMs;
    next[node.depth + 1] = fromMs;
    return { node, fromMs };
  });
}

/** https://www.speedscope.app/file-format-schema.json, an evented profile. */
export function speedscope(tree: ModuleTree): string {
  const placed = placedModules(tree);
  const events: { type: 'O' | 'C'; frame: number; at: number }[] = [];
  const open: { frame: number; endMs: number; depth: number }[] = [];
  const closeDownTo = (depth: number): void => {
    while ((open.at(-1)?.depth ?? -1) >= depth) {
      const last = open.pop();
      if (last !== undefined) events.push({ type: 'C', frame: last.frame, at: last.endMs });
    }
  };
  placed.forEach(({ node, fromMs }, frame) => {
    closeDownTo(node.depth);
    // Means of several trees may let children take longer than what asked for them.
    const limitMs = open.at(-1)?.endMs ?? Number.POSITIVE_INFINITY;
    const beginMs = Math.min(fromMs, limitMs);
    events.push({ type: 'O', frame, at: beginMs });
    open.push({ frame, endMs: Math.min(beginMs + node.totalMs, limitMs), depth: node.depth });
  });
  closeDownTo(0);
  return safeJson({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'coldlens',
    name: 'modules of cold starts',
    shared: { frames: placed.map(({ node }) => ({ name: clean(moduleName(node)) })) },
    profiles: [
      {
        ...{ type: 'evented', name: 'modules', unit: 'milliseconds', startValue: 0 },
        ...{ endValue: Math.max(0, ...events.map(({ at }) => at)), events },
      },
    ],
  });
}

const width = 1200;
const rowHeight = 18;
const letterWidth = 6.6;
const colors = ['#e6a23c', '#67a35c', '#5a8fc4', '#a878c4', '#4aa3a2'] as const;

const escaped = (text: string): string => clean(text).replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);

/** A flame graph that needs no script; each block says what it is when it is pointed at. */
export function flameSvg(tree: ModuleTree): string {
  const placed = placedModules(tree).filter(({ node }) => node.totalMs > 0);
  const totalMs = Math.max(tree.totalMs, 1e-9);
  const depth = placed.reduce((deepest, { node }) => Math.max(deepest, node.depth + 1), 0);
  const blocks = placed.map(({ node, fromMs }, index) => {
    const x = (fromMs / totalMs) * width;
    const w = Math.max(0.5, (node.totalMs / totalMs) * width);
    const y = node.depth * rowHeight;
    const letters = Math.floor((w - 6) / letterWidth);
    const name = moduleName(node);
    const shown = letters < 3 ? '' : name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
    return [
      `<g><title>${escaped(`${name}, ${formatMsUnit(node.totalMs)}, self ${formatMsUnit(node.selfMs)}`)}</title>`,
      `<rect x="${x.toFixed(2)}" y="${y}" width="${w.toFixed(2)}" height="${rowHeight - 1}" fill="${colors[(node.depth + index) % colors.length]}"/>`,
      `<text x="${(x + 3).toFixed(2)}" y="${y + 13}">${escaped(shown)}</text></g>`,
    ].join('');
  });
  const height = Math.max(rowHeight, depth * rowHeight);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="monospace" font-size="11">`,
    ...blocks,
    '</svg>',
    '',
  ].join('\n');
}
