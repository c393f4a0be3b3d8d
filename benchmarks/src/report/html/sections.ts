/** The parts of the page: what is above everything, the overview, and one section a function. */
import type { FunctionResult, Metric, Result } from '../../results/result.ts';
import { leading, metricOf, standingOf, standingSigns, standingWords } from '../../results/standing.ts';
import {
  adviceSentence,
  budgetSentence,
  circumstances,
  countSentence,
  culpritSentences,
  failureSentence,
  guiltySentence,
  headline,
  labelOf,
  metricWords,
  sideWords,
  whereabouts,
} from '../findings.ts';
import { formatMs, formatPercent, interval, percentInterval } from '../format/numbers.ts';
import { html, type Markup, sentenceHtml } from './markup.ts';
import { changeRange, curvePlot, distributions, intervalPlot } from './plots.ts';
import { curveTable, limitTable, metricTable, packageTable, wasteTables, whatIfTable } from './tables.ts';

const chip = (fn: FunctionResult): Markup => {
  const standing = standingOf(fn);
  return html`<span class="chip ${standing}">${standingSigns[standing]} ${standingWords[standing]}</span>`;
};

export const pageHeader = (result: Result): Markup =>
  html`<header class="page"><p class="brand">coldlens ${result.kind}</p><h1>${sentenceHtml(headline(result))}</h1>
<p class="sides">${sentenceHtml(sideWords(result.head))}${result.base === null ? null : html` against ${sentenceHtml(sideWords(result.base))}`}</p></header>`;

export const pageFooter = (result: Result): Markup =>
  html`<footer>Measured ${result.createdAt}: ${circumstances(result)}. Machine <code>${result.fingerprint}</code>, seed ${result.settings.seed}. Phases, modules and flame graphs are from watched starts of their own, held to the timed ones.</footer>`;

/** The time that stands beside the one that decides. */
const besideLeading = (fn: FunctionResult): Metric | undefined =>
  metricOf(fn, leading(fn)?.name === 'coldMs' ? 'coldCpuMs' : 'coldMs');

const overviewRow = (fn: FunctionResult, index: number, result: Result, range: number): Markup => {
  const metric = leading(fn);
  const other = besideLeading(fn);
  const name = html`<a href="#f${index}"><code>${labelOf(fn, result.functions)}</code></a>`;
  if (fn.state === 'failed' || metric === undefined) {
    return html`<tr><td>${chip(fn)}</td><td>${name}</td><td class="n">-</td><td class="n">-</td><td class="n">-</td><td></td></tr>`;
  }
  const { format } = metricWords[metric.name];
  const arrow = (base: number | undefined, head: number): string =>
    base === undefined ? format(head) : `${format(base)} → ${format(head)}`;
  const { change } = metric;
  return html`<tr><td>${chip(fn)}</td><td>${name}</td><td class="n">${arrow(metric.base?.p50, metric.head.p50)}</td><td class="n">${other === undefined ? '-' : arrow(other.base?.p50, other.head.p50)}</td><td class="n">${change === null ? interval(metric.head, format) : `${formatPercent(change.ratio.p50)} (${percentInterval(change.ratio)})`}</td><td class="tone-${standingOf(fn)}">${intervalPlot(metric, range)}</td></tr>`;
};

/** One row a function; nothing where one function says it all. */
export const overview = (functions: readonly FunctionResult[], result: Result): Markup => {
  if (functions.length < 2) return html`<div class="overview"></div>`;
  const range = changeRange(functions);
  const metric = functions.map(leading).find((found) => found !== undefined);
  const other = functions.map(besideLeading).find((found) => found !== undefined);
  const isCompared = functions.some(({ state }) => state === 'compared');
  return html`<div class="overview scroll"><table><thead><tr><th>verdict</th><th>function</th><th class="n">${metric === undefined ? 'time' : metricWords[metric.name].name} ms</th><th class="n">${other === undefined ? '' : `${metricWords[other.name].name} ms`}</th><th class="n">${isCompared ? 'change (95 % interval)' : '95 % interval'}</th><th>${isCompared ? `-${Math.round(range * 100)} % to +${Math.round(range * 100)} %` : null}</th></tr></thead>
<tbody>${functions.map((fn, index) => overviewRow(fn, index, result, range))}</tbody></table></div>`;
};

const findings = (fn: FunctionResult): Markup => {
  const standing = standingOf(fn);
  const items = [
    ...(fn.state === 'failed' ? [failureSentence(fn)] : []),
    ...(standing === 'measured' ? [guiltySentence(fn), adviceSentence(fn)].filter((text) => text !== null) : []),
    ...culpritSentences(fn).slice(0, 8),
    ...fn.counts.filter(({ isOver }) => isOver).map(countSentence),
    ...fn.budgets.filter(({ isOver }) => isOver).map(budgetSentence),
    ...(standing === 'inconclusive' ? ['The interval is too wide to tell. Measure on a quieter machine.'] : []),
    ...fn.notices,
  ];
  if (items.length === 0) return html``;
  return html`<ul class="findings ${standing}">${items.map((item, index) => html`<li${index === 0 ? html` class="lead"` : null}>${sentenceHtml(item)}</li>`)}</ul>`;
};

/** How long a start takes and where the time goes; of head. */
const phases = (fn: FunctionResult): Markup => {
  const cold = metricOf(fn, 'coldMs');
  const tree = fn.head;
  const parts =
    tree === null
      ? []
      : [
          { key: 'runtime', name: 'runtime start', ms: tree.phases.runtimeStartMs },
          { key: 'init', name: 'init', ms: tree.phases.initMs },
          { key: 'execution', name: 'execution', ms: tree.phases.executionMs },
        ];
  const whole = parts.reduce((sum, { ms }) => sum + ms, 0);
  let from = 0;
  const bars = parts.map(({ key, ms }) => {
    const x = from;
    from += whole > 0 ? (1000 * ms) / whole : 0;
    return html`<rect class="${key}" x="${x.toFixed(1)}" width="${(from - x).toFixed(1)}" height="14"/>`;
  });
  return html`${
    cold === undefined
      ? null
      : html`<p class="cold"><strong>${formatMs(cold.head.p50)} ms</strong><span class="note">cold start, p50 of ${cold.head.samples}; 95 % interval ${interval(cold.head)} ms; all within ${formatMs(cold.head.min)} to ${formatMs(cold.head.max)} ms</span></p>`
  }${
    whole > 0
      ? html`<svg class="bar" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">${bars}</svg><ul class="keys">${parts.map(({ key, name, ms }) => html`<li><i class="${key}"></i>${name} ${formatMs(ms)} ms</li>`)}</ul>`
      : null
  }`;
};

export interface FlamesShown {
  /** Key of the page's data; `null` = not there. */
  key: string | null;
  /** Left out because the page would be too large. */
  isLeftOut: boolean;
  sides: readonly ('head' | 'base')[];
}

const sideNames = { head: 'head', base: 'base' } as const;

const flames = ({ key, isLeftOut, sides }: FlamesShown): Markup => {
  if (isLeftOut)
    return html`<h3>Init, module by module</h3><p class="note">Left out to keep this page small; the JSON report has it.</p>`;
  if (key === null) return html``;
  const isCompared = sides.length > 1;
  return html`<h3>Init, module by module</h3><div class="flames" data-flames="${key}" data-color="${isCompared ? 'change' : 'package'}">
<div class="controls"><label>Search <input type="search" placeholder="module or package"></label>
<label>Colour <select>${isCompared ? html`<option value="change">by change</option>` : null}<option value="package">by package</option></select></label>
<button type="button" class="reset">Whole graph</button><span class="found" role="status"></span></div>
${sides.map(
  (side) =>
    html`${isCompared ? html`<p class="side">${sideNames[side]}</p>` : null}<div class="scroller"><div class="flame" data-side="${side}" tabindex="0" role="application" aria-label="${`Flame graph of init at ${side}. Arrow keys move, Enter zooms, Escape shows all.`}"></div></div>`,
)}
<p class="info" role="status"></p>
<ul class="keys by-change"><li><i class="same"></i>packages, as before</li><li><i class="added"></i>+ new in head</li><li><i class="removed"></i>- gone from head</li><li><i class="slower"></i>slower than on the other side</li><li><i class="own"></i>your own code</li><li><i class="builtin"></i>Node's own</li></ul>
<p class="note">Above is who asks first. Click or Enter zooms, arrows move, Escape shows all, / searches.</p></div>`;
};

export const functionSection = (
  fn: FunctionResult,
  index: number,
  result: Result,
  shown: FlamesShown,
  isOpen: boolean,
): Markup => {
  const metric = leading(fn);
  const figure =
    metric === undefined
      ? ''
      : metric.change === null
        ? `${metricWords[metric.name].name} ${metricWords[metric.name].format(metric.head.p50)} ${metricWords[metric.name].unit}`
        : `${metricWords[metric.name].name} ${formatPercent(metric.change.ratio.p50)} (${percentInterval(metric.change.ratio)})`;
  const hint =
    fn.head === null || fn.head.hint === null
      ? null
      : html`<p class="note">Modules seen: ${fn.head.seen}. ${sentenceHtml(fn.head.hint)}</p>`;
  return html`<details class="function" id="f${index}"${isOpen ? html` open` : null}>
<summary>${chip(fn)}<h2>${labelOf(fn, result.functions)}</h2><span class="figure">${figure}</span></summary>
<div class="body"><p class="where">${whereabouts(fn)}</p>${findings(fn)}${phases(fn)}${flames(shown)}${hint}${whatIfTable(fn)}${packageTable(fn)}${
    fn.samples.head.length + fn.samples.base.length > 0 ? html`<h3>Every sample</h3>${distributions(fn)}` : null
  }${metricTable(fn)}${limitTable(fn)}${wasteTables(fn)}${curveTable(fn)}${curvePlot(fn)}</div></details>`;
};
