/** `coldlens bill`: what a month costs at list price, by account, with or without the free tier. */
import { command, pick } from '@coldlens/benchmarks/cli';
import { exitCode } from '@coldlens/collector';
import { optionTable, sourceOptions } from '../cli/option-table.ts';
import { printBill } from '../print/bill.ts';
import { assertReadable, openSource } from './store.ts';

export const bill = command({
  name: 'bill',
  summary: 'the bill of a month at list price, by account, with or without the free tier',
  examples: ['bill', 'bill --free-tier --format markdown', 'bill --since 7d --json --url http://127.0.0.1:4318'],
  options: {
    since: optionTable.month,
    ...pick(optionTable, ['free-tier', 'account', 'api-gateway', 'format', ...sourceOptions]),
  },
  async run({ since: sinceMs, account, format = 'table', ...options }) {
    const { 'free-tier': freeTier = false, 'api-gateway': apiGateway, token, 'token-file': file, ...where } = options;
    assertReadable(where);
    const source = await openSource(where, { token, 'token-file': file });
    try {
      const found = await source.bill({
        ...{ sinceMs, freeTier },
        ...(account !== undefined && { account }),
        ...(apiGateway !== undefined && { apiGateway }),
      });
      await printBill(found, format, process.stdout);
    } finally {
      await source.close();
    }
    return exitCode.fine;
  },
});
