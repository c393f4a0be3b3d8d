/// <reference lib="dom" />
/** Brings the page to life: makes a function's flame graphs when it is opened, and ties the controls to them. Runs in the browser. */
import { flameGraph, type GraphHandle } from './flame-graph.ts';
import type { FunctionFlames } from './types.ts';

export function start(): void {
  const data = document.getElementById('flames');
  const all = JSON.parse(data?.textContent ?? '{}') as Record<string, FunctionFlames>;

  const revive = (section: HTMLElement): void => {
    const view = section.querySelector<HTMLElement>('.flames');
    const flames = view === null ? undefined : all[view.dataset.flames ?? ''];
    if (view === null || flames === undefined || view.dataset.alive === 'yes') return;
    view.dataset.alive = 'yes';
    const info = view.querySelector<HTMLElement>('.info');
    const found = view.querySelector<HTMLElement>('.found');
    const search = view.querySelector<HTMLInputElement>('input[type=search]');
    const color = view.querySelector<HTMLSelectElement>('select');
    const fullMs = Math.max(flames.head?.[3] ?? 0, flames.base?.[3] ?? 0, 1e-6);
    const graphs: { side: string; handle: GraphHandle }[] = [];
    for (const graph of view.querySelectorAll<HTMLElement>('.flame')) {
      const side = graph.dataset.side === 'base' ? 'base' : 'head';
      const root = flames[side];
      if (root === null) continue;
      const describe = (text: string): void => {
        if (info !== null) info.textContent = text;
      };
      graphs.push({
        side,
        handle: flameGraph({ graph, root, packages: flames.packages, fullMs, side, describe }),
      });
    }
    search?.addEventListener('input', () => {
      const results = graphs.map(({ side, handle }) => ({ side, ...handle.search(search.value) }));
      if (found === null) return;
      found.textContent =
        search.value.trim() === ''
          ? ''
          : results
              .map(({ side, count, ms }) => `${side}: ${count} found, ${ms.toFixed(ms < 10 ? 1 : 0)} ms`)
              .join('; ');
    });
    search?.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') graphs[0]?.handle.focus();
    });
    color?.addEventListener('change', () => {
      for (const { handle } of graphs) handle.colorBy(color.value === 'package' ? 'package' : 'change');
      view.dataset.color = color.value;
    });
    view.querySelector('button.reset')?.addEventListener('click', () => {
      for (const { handle } of graphs) handle.reset();
    });
    if (color !== null && color.value === 'package') for (const { handle } of graphs) handle.colorBy('package');
  };

  const sections = [...document.querySelectorAll<HTMLDetailsElement>('details.function')];
  for (const section of sections) {
    if (section.open) revive(section);
    section.addEventListener('toggle', () => {
      if (section.open) revive(section);
    });
  }
  const openTarget = (): void => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
    target?.scrollIntoView();
  };
  addEventListener('hashchange', openTarget);
  if (location.hash !== '') openTarget();
  // What is folded would be missing on paper.
  addEventListener('beforeprint', () => {
    for (const section of sections.slice(0, 20)) section.open = true;
  });
  addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
    const inView = document.activeElement?.closest('details.function') ?? sections.find(({ open }) => open);
    const search = inView?.querySelector<HTMLInputElement>('input[type=search]');
    if (search === null || search === undefined) return;
    event.preventDefault();
    search.focus();
  });
}
