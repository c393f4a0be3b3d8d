/**
 * Which functions are used, as opposed to what packages do to themselves and to each other while they load: the engine
 * counts calls, and what it counted while a package's module was loading is thrown away.
 */
import type { Profiler } from 'node:inspector';
import type { Frame, Ledger } from '../../../agent/dist/modules/ledger.js';
import type { ModuleNode } from '../../../agent/dist/modules/node.js';

/** Asking takes milliseconds in a large application. Beyond this, loading counts as use, which is the safe side. */
const maxTakes = 300;

interface Counted {
  script: Profiler.ScriptCoverage;
  functions: Map<string, Profiler.FunctionCoverage>;
}

export interface UseCount {
  /** Follows what is at work from here on. */
  follow(ledger: Ledger): void;
  /** Ends the counting. @returns every function that was met, with its calls that were uses */
  take(): Profiler.ScriptCoverage[];
}

const idOf = ({ functionName, ranges }: Profiler.FunctionCoverage): string =>
  `${functionName} ${ranges[0]?.startOffset}-${ranges[0]?.endOffset}`;

/** The engine's own counts since it was asked last. The inspector of the own thread answers at once. */
const counter = () => {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  return {
    read: (): Profiler.ScriptCoverage[] => {
      let scripts: Profiler.ScriptCoverage[] = [];
      session.post('Profiler.takePreciseCoverage', (error, { result }) => {
        if (!error) scripts = result;
      });
      return scripts;
    },
    stop: (): void => {
      session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
};

/** @param isOwn whether a module is the user's own: what it calls while it loads is used */
export const countUse = (isOwn: (node: ModuleNode) => boolean): UseCount => {
  const engine = counter();
  const scripts = new Map<string, Counted>();
  let isLoading = false;
  let takes = 0;

  const note = (asUse: boolean): void => {
    for (const script of engine.read()) {
      const known = scripts.get(script.scriptId) ?? { script, functions: new Map() };
      scripts.set(script.scriptId, known);
      for (const each of script.functions) {
        const id = idOf(each);
        const [range] = each.ranges;
        if (!range) continue;
        // What reads this takes one call of a nameless function for the wrapping of compilers, which is no use.
        const calls = asUse && range.count > 0 ? range.count + (each.functionName === '' ? 1 : 0) : 0;
        const before = known.functions.get(id)?.ranges[0]?.count ?? 0;
        known.functions.set(id, { ...each, ranges: [{ ...range, count: before + calls }] });
      }
    }
  };
  const turn = (toLoading: boolean): void => {
    if (toLoading === isLoading || takes >= maxTakes) return;
    takes += 1;
    // The last time that may be asked leaves everything a use.
    if (takes === maxTakes && toLoading) return;
    note(!isLoading);
    isLoading = toLoading;
  };
  const settled = Promise.resolve();

  return {
    follow: (ledger) => {
      const { enter, leave } = ledger;
      ledger.enter = (node, mayWait): Frame => {
        if (!node.key.startsWith('node:')) turn(!isOwn(node));
        return enter.call(ledger, node, mayWait);
      };
      ledger.leave = (frame, failed) => {
        leave.call(ledger, frame, failed);
        const { running } = ledger;
        if (running) turn(!isOwn(running));
        else if (frame.mayWait === null) turn(false);
        // The modules of one graph follow each other in one go; whoever awaits the graph comes after this.
        else if (isLoading) void settled.then(() => ledger.isEmpty && turn(false));
      };
    },
    take: () => {
      note(!isLoading);
      engine.stop();
      return [...scripts.values()].map(({ script, functions }) => ({ ...script, functions: [...functions.values()] }));
    },
  };
};
