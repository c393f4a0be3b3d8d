/** The tables of one function. */
import type { FunctionResult, PackageRow, Place } from '../../results/result.ts';
import {
  bestFirst,
  budgetText,
  foreignPackages,
  metricWords,
  moneySentence,
  placeText,
  savingParts,
} from '../findings.ts';
import {
  formatBytes,
  formatCount,
  formatMs,
  formatPercent,
  formatUsd,
  interval,
  percentInterval,
  signed,
} from '../format/numbers.ts';
import { html, type Markup, sentenceHtml } from './markup.ts';

const shownRows = 25;

const titled = (title: string, body: Markup, note = ''): Markup =>
  html`<h3>${title}</h3>${note === '' ? null : html`<p class="note">${note}</p>`}<div class="scroll">${body}</div>`;

const places = (importedBy: readonly Place[]): Markup => {
  const shown = importedBy.slice(0, 3).map((place) => html`<code>${placeText(place)}</code> `);
  return html`${shown}${importedBy.length > 3 ? `+${importedBy.length - 3}` : null}`;
};

const packageName = ({ name, version }: PackageRow): Markup => {
  if (name === '') return html`your own code`;
  if (name === 'node') return html`Node's own modules`;
  return html`<code>${name}</code> ${version}`;
};

/** The user's own code has loaded everything: only what it took itself can be told apart. */
const msOf = (pkg: PackageRow): number => (pkg.name === '' || pkg.name === 'node' ? pkg.selfMs : pkg.totalMs);

export const metricTable = ({ metrics }: FunctionResult): Markup => {
  if (metrics.length === 0) return html``;
  const isCompared = metrics.some(({ change }) => change !== null);
  const rows = metrics.map(({ name, base, head, change, gates }) => {
    const { name: words, unit, format } = metricWords[name];
    return html`<tr><td>${words}</td>
${isCompared ? html`<td class="n">${base === null ? '-' : format(base.p50)}</td>` : null}<td class="n">${format(head.p50)} ${unit}</td>
${
  isCompared
    ? html`<td class="n">${change === null ? '-' : formatPercent(change.ratio.p50)}</td><td class="n">${change === null ? '-' : percentInterval(change.ratio)}</td><td class="n">${change === null ? '-' : `${interval(change.difference, (value) => signed(format, value))} ${unit}`}</td><td>${gates ? change?.verdict : html`<span class="note">informs</span>`}</td>`
    : html`<td class="n">${interval(head, format)}</td><td class="n">${format(head.min)} to ${format(head.max)}</td>`
}</tr>`;
  });
  const headers = isCompared
    ? html`<th></th><th class="n">base p50</th><th class="n">head p50</th><th class="n">change</th><th class="n">95 % interval</th><th class="n">difference</th><th>verdict</th>`
    : html`<th></th><th class="n">p50</th><th class="n">95 % interval</th><th class="n">all within</th>`;
  return titled('Figures', html`<table><thead><tr>${headers}</tr></thead><tbody>${rows}</tbody></table>`);
};

export const limitTable = ({ counts, budgets }: FunctionResult): Markup => {
  if (counts.length + budgets.length === 0) return html``;
  const formats = { modules: formatCount, bytes: formatBytes, packages: formatCount } as const;
  const over = (isOver: boolean): Markup =>
    isOver ? html`<span class="chip over">over</span>` : html`<span class="chip">within</span>`;
  const rows = [
    ...counts.map(
      ({ name, base, head, isOver, limit }) =>
        html`<tr><td>${name === 'bytes' ? 'code' : name}</td><td class="n">${formats[name](base)}</td><td class="n">${formats[name](head)}</td><td class="n">${formats[name](limit)}</td><td>${limit === null ? null : over(isOver)}</td></tr>`,
    ),
    ...budgets.map(
      ({ name, limit, actual, isOver }) =>
        html`<tr><td>budget <code>${name}</code></td><td class="n">-</td><td class="n">${budgetText(name, actual)}</td><td class="n">${budgetText(name, limit)}</td><td>${over(isOver)}</td></tr>`,
    ),
  ];
  return titled(
    'Counts and budgets',
    html`<table><thead><tr><th></th><th class="n">base</th><th class="n">head</th><th class="n">allowed</th><th></th></tr></thead><tbody>${rows}</tbody></table>`,
  );
};

export const packageTable = ({ head }: FunctionResult): Markup => {
  if (head === null || head.packages.length === 0) return html``;
  const packages = head.packages.toSorted((a, b) => msOf(b) - msOf(a));
  const longest = Math.max(0.001, ...packages.map(msOf));
  const rows = packages
    .slice(0, shownRows)
    .map(
      (pkg) =>
        html`<tr><td class="n">${formatMs(msOf(pkg))}</td><td><svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.max(0.5, Math.round((1000 * msOf(pkg)) / longest) / 10)}" height="10" rx="1"/></svg></td><td>${packageName(pkg)}</td><td class="n">${formatMs(pkg.selfMs)}</td><td class="n">${formatMs(pkg.findMs)}</td><td class="n">${formatCount(pkg.modules)}</td><td class="n">${formatBytes(pkg.bytes)}</td><td>${places(pkg.name === '' ? [] : pkg.importedBy)}</td></tr>`,
    );
  const rest = packages.length - shownRows;
  return titled(
    'Packages of init',
    html`<table><thead><tr><th class="n">ms</th><th></th><th>package, with all it loads</th><th class="n">itself</th><th class="n">finding files</th><th class="n">modules</th><th class="n">code</th><th>imported by</th></tr></thead><tbody>${rows}</tbody></table>${rest > 0 ? html`<p class="note">and ${rest} smaller ones</p>` : null}`,
  );
};

export const whatIfTable = ({ whatIfs }: FunctionResult): Markup => {
  if (whatIfs.length === 0) return html``;
  const rows = bestFirst(whatIfs).map((whatIf) => {
    const { verdict, detail, isGood } = savingParts(whatIf);
    return html`<tr><td>${sentenceHtml(whatIf.advice)}<br><span class="note"><code>--try ${whatIf.change}</code></span></td><td><span class="chip${isGood ? ' improved' : ''}">${verdict}</span> <span class="note">${sentenceHtml(detail)}</span></td><td class="n">${moneySentence(whatIf) || '-'}</td></tr>`;
  });
  return titled(
    'What would help',
    html`<table><thead><tr><th>change</th><th>measured saving</th><th class="n">money</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
};

export const wasteTables = ({ head }: FunctionResult): Markup => {
  if (head === null) return html``;
  const unused = foreignPackages(head.unused);
  const unusedRows = unused
    .slice(0, shownRows)
    .map(
      (pkg) =>
        html`<tr><td class="n">${formatMs(pkg.totalMs)}</td><td>${packageName(pkg)}</td><td>${places(pkg.importedBy)}</td></tr>`,
    );
  const twice = head.duplicated.map(
    ({ name, versions, totalMs, bytes }) =>
      html`<tr><td class="n">${formatMs(totalMs)}</td><td><code>${name}</code> ${versions.join(' and ')}</td><td class="n">${formatBytes(bytes)}</td></tr>`,
  );
  return html`${
    unusedRows.length === 0
      ? null
      : titled(
          'Loaded, but not used by the first invocation',
          html`<table><thead><tr><th class="n">ms</th><th>package</th><th>imported by</th></tr></thead><tbody>${unusedRows}</tbody></table>`,
        )
  }${
    twice.length === 0
      ? null
      : titled(
          'There more than once',
          html`<table><thead><tr><th class="n">ms</th><th>package</th><th class="n">code together</th></tr></thead><tbody>${twice}</tbody></table>`,
        )
  }`;
};

export const curveTable = ({ curve }: FunctionResult): Markup => {
  if (curve.length === 0) return html``;
  const rows = curve.map(
    ({ memoryMb, cold, usdPerMillion }) =>
      html`<tr><td class="n">${memoryMb} MB</td><td class="n">${formatMs(cold.p50)} ms</td><td class="n">${interval(cold)}</td><td class="n">${formatUsd(usdPerMillion)}</td></tr>`,
  );
  const note = curve.every(({ cpuLimited }) => cpuLimited)
    ? ''
    : 'This machine could not limit CPU, so the times do not follow memory as they would on the platform.';
  return titled(
    'Memory, cold start and cost',
    html`<table><thead><tr><th class="n">memory</th><th class="n">cold start p50</th><th class="n">95 % interval</th><th class="n">a million cold starts</th></tr></thead><tbody>${rows}</tbody></table>`,
    note,
  );
};
