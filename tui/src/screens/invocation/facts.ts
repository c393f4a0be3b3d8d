/** What is known of an invocation beside its spans. */
import type { InvocationPage } from '@coldlens/collector';
import { toWidth } from '../../format/clean.ts';
import { cleanerFor, type Glyphs } from '../../format/glyphs.ts';
import { counted, formatCount, formatMsUnit, notObservable } from '../../format/numbers.ts';
import { drawnMs, phaseBar, phaseLegend } from '../../format/phases.ts';
import { joinedOver, joinedWithin, type Line } from '../../format/segments.ts';

const labelCells = 10;

export function factLines(page: InvocationPage, columns: number, glyphs: Glyphs): Line[] {
  const cleaned = cleanerFor(glyphs);
  const room = Math.max(0, columns - labelCells);
  const separator = ` ${glyphs.dot} `;
  const labelled = (label: string, parts: readonly Line[]): Line => [
    { text: toWidth(label, labelCells), dim: true },
    ...joinedWithin(parts, separator, room),
  ];
  const plain = (label: string, texts: readonly string[]): Line =>
    labelled(
      label,
      texts.map((text): Line => [{ text }]),
    );
  const legend = joinedOver(phaseLegend(page, glyphs), separator, room);
  const used = page.memoryUsedMb === null ? notObservable : `${formatCount(page.memoryUsedMb)} MB`;
  const trace = page.traceColdStarts;
  return [
    [
      { text: toWidth('phases', labelCells), dim: true, isSilent: true },
      ...phaseBar(page, drawnMs(page), room, glyphs),
    ],
    ...legend.map((line) => labelled('', line.length === 0 ? [[{ text: 'not observable', dim: true }]] : [line])),
    plain('billed', [formatMsUnit(page.billedMs), `memory used ${used}`]),
    plain('instance', [cleaned(page.instanceId) || notObservable]),
    ...(page.isColdAffected ? [plain('queued', ['behind the init of its instance'])] : []),
    ...(trace === null
      ? []
      : [
          plain('trace', [
            ...(trace.coldStarts === 0
              ? ['no cold start']
              : [
                  `${counted(trace.coldStarts, 'cold start')} in ${counted(trace.functions, 'function')}`,
                  formatMsUnit(trace.latencyMs),
                ]),
            cleaned(page.traceId ?? ''),
          ]),
        ]),
    [],
  ];
}
