/// <reference lib="dom" />
/**
 * One flame graph of modules: the caller is above, time goes from left to right. This function runs in the browser and is
 * sent there as its own source text, so it uses nothing from outside but types.
 */
import type { FlameFrame, FunctionFlames } from './types.ts';

export interface GraphHandle {
  /** Marks frames; returns how many match and their milliseconds, without counting one inside another twice. */
  search(text: string): { count: number; ms: number };
  colorBy(what: 'change' | 'package'): void;
  reset(): void;
  focus(): void;
}

export interface GraphOptions {
  graph: HTMLElement;
  root: FlameFrame;
  packages: FunctionFlames['packages'];
  /** The milliseconds that the full width stands for, so that two graphs can be compared. */
  fullMs: number;
  side: 'base' | 'head';
  describe(text: string): void;
}

export function flameGraph({ graph, root, packages, fullMs, side, describe }: GraphOptions): GraphHandle {
  interface Placed {
    frame: FlameFrame;
    parent: Placed | null;
    depth: number;
    element: HTMLElement | null;
  }
  const rowPx = 21;
  const colors = 10;
  const placed: Placed[] = [];
  const enter = (frame: FlameFrame, parent: Placed | null, depth: number): void => {
    const entry: Placed = { frame, parent, depth, element: null };
    placed.push(entry);
    for (const child of frame[5]) enter(child, entry, depth + 1);
  };
  enter(root, null, 0);
  const byFrame = new Map(placed.map((entry) => [entry.frame, entry]));
  const top = placed[0] as Placed;
  let zoomed = top;
  let selected = top;
  let sought = '';
  let colored: 'change' | 'package' = 'change';

  const packageOf = ({ frame }: Placed): string => packages[frame[1]] ?? '';
  const isMatch = (entry: Placed): boolean =>
    sought !== '' && `${entry.frame[0]} ${packageOf(entry)}`.toLowerCase().includes(sought);
  const hash = (text: string): number => {
    let sum = 7;
    for (let at = 0; at < text.length; at += 1) sum = (sum * 31 + text.charCodeAt(at)) % 9973;
    return sum;
  };
  const lookOf = (entry: Placed): string => {
    const name = packageOf(entry);
    if (colored === 'change' && entry.frame[4] === 1) return side === 'head' ? 'added' : 'removed';
    if (colored === 'change' && entry.frame[4] === 2) return 'slower';
    if (name === '') return 'own';
    if (name === 'node') return 'builtin';
    return colored === 'change' ? 'same' : `c${hash(name) % colors}`;
  };
  const msText = (ms: number): string => `${ms >= 9.95 ? Math.round(ms) : ms.toFixed(ms >= 1 ? 1 : 2)} ms`;
  const share = (ms: number): string => `${((100 * ms) / root[3]).toFixed(1)} %`;
  const words = (entry: Placed): string => {
    const [name, , selfMs, totalMs, mark] = entry.frame;
    const from = packageOf(entry);
    const change =
      mark === 1
        ? side === 'head'
          ? ', new'
          : ', gone from head'
        : mark === 2
          ? ', slower than on the other side'
          : '';
    return `${name}: ${msText(totalMs)} with all it loads (${share(totalMs)} of init), ${msText(selfMs)} itself${from === '' || from === 'node' ? '' : `, package ${from}`}${change}`;
  };

  /** Below a module of the same package its name says nothing new. */
  const labelOf = (entry: Placed): string => {
    const prefix = `${packageOf(entry)}/`;
    const isInside = entry.parent !== null && packageOf(entry.parent) === packageOf(entry);
    return isInside && prefix !== '/' && entry.frame[0].startsWith(prefix)
      ? entry.frame[0].slice(prefix.length)
      : entry.frame[0];
  };

  const place = (entry: Placed, left: number, width: number, isAncestor: boolean): void => {
    // Narrower than about half a pixel: nobody can see or hit it.
    if (width < 0.0004) return;
    const element = document.createElement('div');
    entry.element = element;
    element.className = `frame ${lookOf(entry)}${isAncestor ? ' ancestor' : ''}${isMatch(entry) ? ' match' : ''}${entry === selected ? ' selected' : ''}`;
    element.style.left = `${left * 100}%`;
    element.style.width = `${width * 100}%`;
    element.style.top = `${entry.depth * rowPx}px`;
    element.dataset.index = String(placed.indexOf(entry));
    const sign = colored === 'change' && entry.frame[4] === 1 ? (side === 'head' ? '+ ' : '- ') : '';
    if (width > 0.02) element.textContent = `${sign}${labelOf(entry)}`;
    graph.append(element);
  };
  const layOut = (entry: Placed, left: number, perMs: number): void => {
    place(entry, left, entry.frame[3] * perMs, false);
    let at = left;
    for (const child of entry.frame[5]) {
      const next = byFrame.get(child);
      if (next !== undefined && child[3] * perMs >= 0.0004) layOut(next, at, perMs);
      at += child[3] * perMs;
    }
  };
  const draw = (): void => {
    for (const entry of placed) entry.element = null;
    graph.replaceChildren();
    for (let above = zoomed.parent; above !== null; above = above.parent) place(above, 0, 1, true);
    layOut(zoomed, 0, zoomed === top ? 1 / fullMs : 1 / Math.max(zoomed.frame[3], 1e-6));
    graph.classList.toggle('searching', sought !== '');
    const deepest = placed.reduce((most, { element, depth }) => (element === null ? most : Math.max(most, depth)), 0);
    graph.style.height = `${(deepest + 1) * rowPx}px`;
  };
  const select = (entry: Placed): void => {
    selected.element?.classList.remove('selected');
    selected = entry;
    entry.element?.classList.add('selected');
    entry.element?.scrollIntoView({ block: 'nearest' });
    describe(words(entry));
  };
  const zoom = (entry: Placed): void => {
    zoomed = entry;
    selected = entry;
    draw();
    describe(words(entry));
  };
  const at = (event: Event): Placed | undefined => {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('.frame') : null;
    return element === null ? undefined : placed[Number(element.dataset.index)];
  };
  const visible = (frames: readonly FlameFrame[]): Placed[] =>
    frames.flatMap((frame) => {
      const entry = byFrame.get(frame);
      return entry?.element ? [entry] : [];
    });
  const sibling = (step: number): Placed | undefined => {
    const row = visible(selected.parent?.frame[5] ?? []);
    return row[row.indexOf(selected) + step];
  };
  const largestChild = (): Placed | undefined =>
    visible(selected.frame[5]).reduce<Placed | undefined>(
      (best, entry) => (best === undefined || entry.frame[3] > best.frame[3] ? entry : best),
      undefined,
    );
  const moves: Record<string, () => Placed | null | undefined> = {
    ArrowUp: () => selected.parent,
    ArrowDown: largestChild,
    ArrowLeft: () => sibling(-1),
    ArrowRight: () => sibling(1),
    Home: () => top,
  };

  graph.addEventListener('pointerover', (event) => {
    const entry = at(event);
    if (entry !== undefined) describe(words(entry));
  });
  graph.addEventListener('pointerleave', () => describe(words(selected)));
  graph.addEventListener('click', (event) => {
    const entry = at(event);
    if (entry !== undefined) zoom(entry === zoomed && entry.parent !== null ? entry.parent : entry);
  });
  graph.addEventListener('keydown', (event) => {
    const move = moves[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (move !== undefined) {
      const next = move();
      if (next !== null && next !== undefined) select(next);
    } else if (event.key === 'Enter' || event.key === ' ') zoom(selected);
    else if (event.key === 'Escape') zoom(top);
    else return;
    event.preventDefault();
  });
  draw();

  return {
    search(text) {
      sought = text.trim().toLowerCase();
      draw();
      let count = 0;
      let ms = 0;
      for (const entry of placed) {
        if (!isMatch(entry)) continue;
        count += 1;
        let above = entry.parent;
        while (above !== null && !isMatch(above)) above = above.parent;
        if (above === null) ms += entry.frame[3];
      }
      return { count, ms };
    },
    colorBy(what) {
      colored = what;
      draw();
    },
    reset: () => zoom(top),
    focus: () => graph.focus(),
  };
}
