/** Prints a bill: for people as a table or Markdown, for programs as JSON or CSV. */
import type { AccountBill, MonthlyBill } from '@coldlens/collector';
import type { RankingFormat } from '../cli/option-table.ts';
import { clean } from '../format/clean.ts';
import { csvRows, markdownRows, markdownText } from './fields.ts';
import { safeJson } from './json.ts';
import { type PrintStream, printText } from './ranking.ts';
import { grouped, type TextColumn, textTable } from './text-table.ts';

/** A line that has a price, or one that has none and says why. */
interface Row {
  provider: string;
  account: string;
  product: string;
  region: string;
  arch: string;
  unit: string;
  units: string;
  chargedUnits: string;
  usd: string;
  date: string;
  source: string;
  note: string;
}

const rowsOf = ({ provider, account, lines, unpriced }: AccountBill): Row[] => [
  ...lines.map((line) => ({ ...line, account, note: line.unverified ? 'unverified' : '' })),
  ...unpriced.map(({ reason, ...line }) => ({
    ...{ ...line, provider, account, chargedUnits: '', usd: '', date: '', source: '', note: reason },
  })),
];

const names = ['provider', 'account', 'product', 'region', 'arch', 'unit'] as const;
const csvFields = [...names, 'units', 'chargedUnits', 'usd', 'date', 'source', 'note'] as const;

const orDash = (text: string): string => (text === '' ? '-' : text);
const columns: readonly TextColumn<Row>[] = [
  ['product', 'left', ({ product }) => orDash(product)],
  ['region', 'left', ({ region }) => orDash(region)],
  ['arch', 'left', ({ arch }) => arch],
  ['units', 'right', ({ units }) => grouped(units)],
  ['charged', 'right', ({ chargedUnits }) => grouped(chargedUnits)],
  ['unit', 'left', ({ unit }) => unit],
  ['USD', 'left', ({ usd }) => orDash(usd)],
  ['date', 'left', ({ date }) => date],
  ['note', 'left', ({ note }) => note],
];

const titleOf = ({ provider, account, totalUsd, complete }: AccountBill): string =>
  `${orDash(provider)} ${orDash(account)}: $${grouped(totalUsd)} a month${complete ? '' : ', not complete'}`;

/** What holds for the whole bill. */
const notesOf = ({ since, until, prices, freeTier, scaledFromDays, unverified }: MonthlyBill): string[] => [
  `${since} to ${until}${scaledFromDays === null ? '' : `, ${scaledFromDays.toFixed(1)} days scaled to 30`}`,
  `list prices of ${prices}, ${freeTier ? 'with' : 'without'} the free tier${unverified ? '; rates that no list was held against are marked' : ''}`,
];

const table = (bill: MonthlyBill): string =>
  [
    ...bill.accounts.flatMap((account) => [
      clean(titleOf(account)),
      ...textTable(columns, rowsOf(account)),
      ...account.remarks.map(clean),
      '',
    ]),
    ...(bill.accounts.length === 1
      ? []
      : [`total: $${grouped(bill.totalUsd)} a month${bill.complete ? '' : ', not complete'}`]),
    ...notesOf(bill),
    '',
  ].join('\n');

const markdown = (bill: MonthlyBill): string =>
  [
    ...bill.accounts.map((account) =>
      [
        markdownRows([['account', 'left', titleOf]], [account]),
        markdownRows(columns, rowsOf(account)),
        ...account.remarks.map((remark) => `${markdownText(remark)}\n`),
      ].join('\n'),
    ),
    `${notesOf(bill).join('  \n')}\n`,
  ].join('\n');

const writers: Readonly<Record<RankingFormat, (bill: MonthlyBill) => string>> = {
  table,
  json: safeJson,
  csv: ({ accounts }) =>
    csvRows(
      csvFields.map((name) => [name, (row: Row) => row[name]] as const),
      accounts.flatMap(rowsOf),
    ),
  markdown,
};

/** Resolves when the stream has taken the text. */
export const printBill = (bill: MonthlyBill, format: RankingFormat, stream: PrintStream): Promise<void> =>
  printText(writers[format](bill), stream);
