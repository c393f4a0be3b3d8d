/** The words of the table of what can be known: facts, sources, and what a cell says. */

/** What is asked of an invocation, phases first. In the order of the page. */
export const factNames = {
  platform: 'platform',
  runtimeStart: 'runtime start',
  init: 'init',
  modules: 'module tree',
  idle: 'idle',
  execution: 'execution',
  restore: 'restore',
  reportedInit: 'reported init',
  startKind: 'kind of start',
  billed: 'what is billed',
  cost: 'cost',
  memoryUsed: 'memory used',
  errors: 'errors',
  timeouts: 'timeouts',
} as const;
export type Fact = keyof typeof factNames;
export const facts = Object.keys(factNames) as Fact[];

export type Cell =
  /** Told by a clock or a counter. @property note where that does not hold everywhere */
  | { readonly how: 'measured'; readonly note?: string }
  /** Follows by a rule that may be wrong. */
  | { readonly how: 'inferred'; readonly rule: string }
  /** Null, and printed `-`. */
  | { readonly how: 'not observable'; readonly why: string };

export const measured = (note?: string): Cell => ({ how: 'measured', ...(note !== undefined && { note }) });
export const inferred = (rule: string): Cell => ({ how: 'inferred', rule });
export const notObservable = (why: string): Cell => ({ how: 'not observable', why });

/** The sentence of a cell; '' where there is nothing to say. */
export const sentenceOf = (cell: Cell): string =>
  cell.how === 'measured' ? (cell.note ?? '') : cell.how === 'inferred' ? cell.rule : cell.why;

export interface Source {
  /** As tests and programs name it. */
  readonly id: 'agent' | 'layer' | 'logs' | 'app logs' | 'requests' | 'trace events' | 'workers otlp' | 'otlp';
  /** As the page does. */
  readonly title: string;
  /** Whose word it is. */
  readonly by: 'agent' | 'platform' | 'both' | 'other';
  readonly cells: Readonly<Record<Fact, Cell>>;
}

export interface ObservedPlatform {
  readonly title: string;
  /** `cloud.provider`. */
  readonly provider: string;
  /** How to choose among its sources: a sentence or two, in Markdown. */
  readonly choose: string;
  readonly sources: readonly Source[];
}

/** What every sender but ours lacks, whatever the platform. */
export const ofOtherSender: Readonly<Record<Fact, Cell>> = {
  platform: notObservable('spans begin inside the process'),
  runtimeStart: notObservable('no span of the conventions tells it'),
  init: notObservable('no span of the conventions tells it'),
  modules: notObservable('only our agent watches modules load'),
  idle: notObservable('no span of the conventions tells it'),
  execution: measured("the duration of the server span, the sender's own work included"),
  restore: notObservable('no span of the conventions tells it'),
  reportedInit: notObservable("the platform's own figure is in its telemetry only"),
  startKind: inferred('`faas.coldstart`: true is cold, false is warm; prewarmed is not told apart'),
  billed: notObservable('spans tell what a handler took, not what is billed'),
  cost: notObservable('spans tell what a handler took, not what is billed'),
  memoryUsed: notObservable('no attribute of the conventions tells it'),
  errors: measured('the status of the server span'),
  timeouts: notObservable('the process ends before its span does'),
};
