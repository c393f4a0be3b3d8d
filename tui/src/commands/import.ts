/** `coldlens import`: platforms' logs and exports, from files, with no collector. */
import { command, pick, type StopSignal, stopSignal, usage } from '@coldlens/benchmarks/cli';
import {
  askedPlace,
  exitCode,
  fileInputs,
  type Input,
  importFiles,
  openStore,
  type Store,
  streamInput,
} from '@coldlens/collector';
import { optionTable } from '../cli/option-table.ts';
import { importJson, importText } from '../print/import.ts';
import { progressLine } from '../print/import-progress.ts';
import { storeOptions } from './store.ts';

const pipeName = '-';

export const importCommand = command({
  name: 'import',
  summary: 'read logs and exports of any platform, and OTLP in JSON, into the store',
  examples: [
    'import lambda.log --function checkout --region eu-west-1',
    'import ./exported-logs --account 123456789012',
    'import ./more-logs --log-group orders-prod=orders,carts-prod=carts',
    'import - --log-group /aws/lambda/checkout < checkout.log',
  ],
  words: {
    name: 'FILE',
    help: 'files, directories, tar and zip archives, plain or packed by gzip or zstd; - for what is piped in',
  },
  options: {
    format: optionTable['record-format'],
    account: optionTable['of-account'],
    region: optionTable['of-region'],
    function: optionTable['of-function'],
    'log-group': optionTable['of-log-group'],
    ...pick(optionTable, ['again', 'json', 'data', 'clickhouse', 'url']),
  },
  async run(
    { format, account, region, function: functionName, 'log-group': logGroup, again, json, ...where },
    { words },
  ) {
    const { url, data, clickhouse } = where;
    if (url !== undefined) {
      throw usage(
        '--url names a collector, and an import goes straight into its database.',
        'Name that with --data or --clickhouse.',
      );
    }
    const place = askedPlace({
      ...(account !== undefined && { account }),
      ...(region !== undefined && { region }),
      ...(functionName !== undefined && { functionName }),
      ...(logGroup !== undefined && { logGroup }),
    });
    const inputs = await inputsOf(words);
    const stop = stopSignal();
    const bar = progressLine(process.stderr);
    const store = await openStore(storeOptions({ data, clickhouse, prices: undefined }));
    try {
      const summary = await importFiles({
        ...{ inputs, store, place, again: again === true, signal: signalOf(stop), progress: bar.show },
        ...(format !== undefined && { format }),
      });
      bar.say('making sums for rankings');
      const isSealed = !summary.isStopped && (await sealed(store, stop));
      bar.clear();
      process.stdout.write(json === true ? importJson(summary, isSealed) : importText(summary, isSealed));
      return summary.isStopped ? exitCode.failed : exitCode.fine;
    } finally {
      bar.clear();
      stop.forget();
      await store.close();
    }
  },
});

/** @throws Trouble (wrong usage) for what is not there, or where nothing is named and nothing is piped in */
async function inputsOf(words: readonly string[]): Promise<Input[]> {
  if (words.length === 0 && process.stdin.isTTY) {
    throw usage(
      'No file was named, and nothing is piped in.',
      'Run coldlens import FILE..., or coldlens import --help.',
    );
  }
  const found: Input[] = [];
  for (const word of words.length === 0 ? [pipeName] : words) {
    if (word === pipeName) found.push(streamInput('standard input', process.stdin));
    else found.push(...(await fileInputs([word])));
  }
  return found;
}

function signalOf(stop: StopSignal): AbortSignal {
  const controller = new AbortController();
  void stop.received.then(() => controller.abort());
  return controller.signal;
}

/** @returns false when it was told to stop meanwhile: then whoever asks next seals */
async function sealed(store: Store, stop: StopSignal): Promise<boolean> {
  const done = store.seal().then(() => true);
  done.catch(() => undefined);
  return await Promise.race([done, stop.received.then(() => false)]);
}
