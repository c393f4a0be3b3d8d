/**
 * Reads Prometheus' text format 0.0.4 and OpenMetrics 1.0, and refuses whatever either forbids: the grammar, a family
 * that is told twice or in pieces, samples that belong to none, buckets that shrink.
 */
import assert from 'node:assert/strict';

export interface ParsedSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface ParsedFamily {
  type: string;
  help: string;
  samples: ParsedSample[];
}

const nameShape = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const header = new RegExp(`^# (HELP|TYPE) (${nameShape}) (.+)$`);
const sampleShape = new RegExp(`^(${nameShape})(?:\\{(.*)\\})? (\\+Inf|-Inf|NaN|-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$`);
const labelShape = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

const suffixes: Record<string, readonly string[]> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
};

export function parseExposition(text: string, contentType: string): Map<string, ParsedFamily> {
  const isOpen = contentType.startsWith('application/openmetrics-text; version=1.0.0');
  if (!isOpen) assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  assert.ok(text.endsWith('\n'), 'the last line ends too');
  const lines = text.slice(0, -1).split('\n');
  if (isOpen) assert.equal(lines.pop(), '# EOF');
  const families = new Map<string, ParsedFamily>();
  let current: { name: string; family: ParsedFamily } | undefined;
  for (const line of lines) {
    const told = header.exec(line);
    if (told !== null) {
      const [, what, title = '', rest = ''] = told;
      if (what === 'HELP') {
        assert.ok(!families.has(title), `${title} is told once`);
        current = { name: title, family: { type: '', help: rest, samples: [] } };
        families.set(title, current.family);
      } else {
        assert.ok(current?.name === title && current.family.type === '', `TYPE follows HELP: ${line}`);
        assert.ok(rest in suffixes, line);
        current.family.type = rest;
        if (rest === 'counter') assert.equal(title.endsWith('_total'), !isOpen, line);
      }
      continue;
    }
    const found = sampleShape.exec(line);
    assert.ok(found !== null && current !== undefined, `no sample: ${line}`);
    const [, name = '', labelText = '', value = ''] = found;
    const { family } = current;
    const base = !isOpen && family.type === 'counter' ? current.name.replace(/_total$/, '') : current.name;
    assert.ok(
      suffixes[family.type]?.some((suffix) => name === `${base}${suffix}`),
      `${name} under ${current.name}`,
    );
    family.samples.push({ name, labels: parseLabels(labelText), value: Number(value.replace('Inf', 'Infinity')) });
  }
  for (const [name, family] of families) checkFamily(name, family);
  return families;
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  labelShape.lastIndex = 0;
  while (labelShape.lastIndex < text.length) {
    const at = labelShape.lastIndex;
    const found = labelShape.exec(text);
    assert.ok(found !== null, `no label at ${at} of ${text}`);
    const [, name = '', value = ''] = found;
    assert.ok(!(name in labels), `${name} twice in ${text}`);
    labels[name] = value.replace(/\\(["\\n])/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter));
  }
  return labels;
}

function checkFamily(name: string, { type, help, samples }: ParsedFamily): void {
  assert.match(help, /^[A-Z0-9].*\.$/, `${name} is described by a sentence`);
  assert.notEqual(type, '', `${name} has a type`);
  const seen = new Set<string>();
  for (const sample of samples) {
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
    assert.ok(!seen.has(key), `${key} twice`);
    seen.add(key);
    if (type === 'counter') assert.ok(sample.value >= 0, key);
  }
  if (type === 'histogram') checkBuckets(name, samples);
}

function checkBuckets(name: string, samples: readonly ParsedSample[]): void {
  const bySeries = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels));
  for (const series of bySeries.values()) {
    const buckets = series.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('Inf', 'Infinity')));
    assert.ok(
      bounds.every((bound, at) => at === 0 || bound > (bounds[at - 1] as number)),
      `bounds of ${name} rise`,
    );
    assert.equal(bounds.at(-1), Infinity);
    const counts = buckets.map(({ value }) => value);
    assert.ok(
      counts.every((count, at) => at === 0 || count >= (counts[at - 1] as number)),
      `${name} adds up`,
    );
    assert.equal(series.find((sample) => sample.name === `${name}_count`)?.value, counts.at(-1));
    assert.ok(series.some((sample) => sample.name === `${name}_sum`));
  }
}
