/** `coldlens prices`: the prices in use, and how to renew them from the providers' own lists. */
import { existsSync } from 'node:fs';
import { command, pick, usage } from '@coldlens/benchmarks/cli';
import { exitCode, loadPrices, type PricesPlace, priceFilePath, updatePrices } from '@coldlens/collector';
import { optionTable } from '../cli/option-table.ts';
import { safeJson } from '../print/json.ts';
import { pricesText, updateText } from '../print/prices.ts';

const updateExample = 'coldlens prices update --from index.json';

export const prices = command({
  name: 'prices',
  summary: "print the prices in use, or update them from a provider's own price list",
  examples: ['prices', 'prices --json', 'prices update --from index.json'],
  words: { name: 'update', help: 'take the prices of the list that --from names over into the price file' },
  options: pick(optionTable, ['from', 'json', 'prices', 'data']),
  async run({ from, json, ...place }, { words }) {
    process.stdout.write(words.length === 0 ? printed(place, from, json) : update(words, place, from, json));
    return exitCode.fine;
  },
});

function printed(place: PricesPlace, from: string | undefined, json: boolean | undefined): string {
  if (from !== undefined) throw usage('--from is only for updating.', `Run ${updateExample}`);
  const book = loadPrices(place);
  const path = priceFilePath(place);
  const file = existsSync(path) ? path : null;
  return json === true ? safeJson({ ...book, file }) : pricesText(book, file);
}

function update(
  words: readonly string[],
  place: PricesPlace,
  from: string | undefined,
  json: boolean | undefined,
): string {
  if (words.join(' ') !== 'update') {
    throw usage(`coldlens prices knows no ${JSON.stringify(words.join(' '))}, only update.`, `Run ${updateExample}`);
  }
  if (from === undefined) throw usage('No price list was given.', `Run ${updateExample}`);
  const today = new Date().toISOString().slice(0, 10);
  const result = updatePrices(from, place, today);
  return json === true ? safeJson(result) : updateText(result);
}
