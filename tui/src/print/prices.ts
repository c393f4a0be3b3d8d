/** Prints the prices in use, and what an update has changed. */
import type { Grant, PriceBook, PricesUpdate, Rate, Zone } from '@coldlens/collector';
import { clean } from '../format/clean.ts';
import { formatCount } from '../format/numbers.ts';
import { grouped, type TextColumn, textTable } from './text-table.ts';

/** One tier of a rate. */
interface Line extends Omit<Rate, 'tiers'> {
  fromUnits: string;
  usd: string;
}

const columns: readonly TextColumn<Line>[] = [
  ['provider', 'left', (line) => line.provider],
  ['product', 'left', (line) => line.product],
  ['region', 'left', (line) => line.region],
  ['arch', 'left', (line) => line.arch ?? ''],
  ['from', 'right', (line) => (line.fromUnits === '0' ? '' : grouped(line.fromUnits))],
  ['USD', 'left', (line) => line.usd],
  ['per', 'left', (line) => line.unit],
  ['date', 'left', (line) => line.date],
  ['', 'left', (line) => (line.unverified === true ? 'unverified' : '')],
  ['source', 'left', (line) => line.source],
];

/** One line a tier, what `*` and the tiers of regions stand for, and what is free. */
export function pricesText({ rates, zones, grants, date }: PriceBook, file: string | null): string {
  const lines = rates.flatMap(({ tiers, ...rate }) => tiers.map((tier): Line => ({ ...rate, ...tier })));
  return [
    ...textTable(columns, lines),
    '',
    ...zones.map(zoneLine),
    '',
    ...grants.map(grantLine),
    '',
    `prices of ${date}, ${file === null ? 'as coldlens brings them along' : `with those of ${clean(file)}`}`,
    '',
  ].join('\n');
}

function zoneLine({ provider, products = [], name, regions }: Zone): string {
  const where = regions === 'any' ? 'every region' : regions.join(', ');
  return `${[`${name} of ${provider}`, products.join(', ')].join(' ').trim()}: ${where}`;
}

const grantLine = ({ provider, product, unit, units, kind }: Grant): string =>
  `${kind}: ${grouped(units)} x ${unit} a month of ${provider} ${product}`;

/** As many names as a person reads. */
const mostNames = 8;

export function updateText({ path, list, date, rates, changes, unrecognised }: PricesUpdate): string {
  const { changed, added, same } = changes;
  const names = unrecognised.slice(0, mostNames).map(clean).join(', ');
  const more = unrecognised.length - mostNames;
  return [
    `${formatCount(rates)} rates of ${list}, ${date}: ${formatCount(changed)} changed, ${formatCount(added)} new, ${formatCount(same)} as before`,
    ...(unrecognised.length === 0
      ? []
      : [`not recognised: ${names}${more > 0 ? ` and ${formatCount(more)} more` : ''}`]),
    `written to ${clean(path)}`,
    '',
  ].join('\n');
}
