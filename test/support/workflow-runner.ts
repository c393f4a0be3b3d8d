/**
 * Runs the steps of a workflow as GitHub's runner does, as far as ours need it: expressions, composite actions, one bash
 * a step with the runner's variables and files. Actions of GitHub's own (`actions/...`) are the caller's business.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Step {
  id?: string;
  name?: string;
  if?: string;
  run?: string;
  uses?: string;
  shell?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
  'working-directory'?: string;
}

interface Action {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: Step[] };
}

export interface Job {
  /** What is checked out. */
  workspace: string;
  /** For the runner's own files. */
  temporary: string;
  /** Variables of the runner and of the job. */
  env: NodeJS.ProcessEnv;
  token: string;
  /** Folder of our own action, by what `uses` begins with. */
  actions: Readonly<Record<string, string>>;
}

export interface Outcome {
  ok: boolean;
  log: string;
  summary: string;
  /** By id of the step. */
  outputs: Record<string, Record<string, string>>;
}

interface Result {
  ok: boolean;
  outputs: Record<string, string>;
}

type Context = Record<string, Record<string, unknown>>;

const expression = /\$\{\{\s*([\w.-]+)\s*\}\}/g;

/** @throws Error for an expression that GitHub would not know here either */
const evaluated = (text: string, context: Context): string =>
  String(text).replace(expression, (_, path: string) => {
    let value: unknown = context;
    for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
    if (value === undefined) throw new Error(`the expression ${path} has no value`);
    return String(value);
  });

let files = 0;

export const runJob = async (workflow: string, job: string, options: Job): Promise<Outcome> => {
  const outcome: Outcome = { ok: true, log: '', summary: '', outputs: {} };
  const { workspace, temporary, token, actions } = options;
  mkdirSync(temporary, { recursive: true });

  const bash = async (step: Step, context: Context): Promise<Result> => {
    files += 1;
    const file = (kind: string): string => join(temporary, `${kind}-${files}`);
    for (const kind of ['output', 'summary']) writeFileSync(file(kind), '');
    writeFileSync(file('script'), evaluated(step.run ?? '', context));
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluated(value, context)]);
    // Not synchronous: the caller answers as GitHub meanwhile.
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file('script')], {
      cwd: join(workspace, evaluated(step['working-directory'] ?? '.', context)),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 240_000,
      env: {
        ...options.env,
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: workspace,
        GITHUB_OUTPUT: file('output'),
        GITHUB_STEP_SUMMARY: file('summary'),
        RUNNER_TEMP: temporary,
        ...Object.fromEntries(own),
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        outcome.log += text;
      });
    }
    const [status] = (await once(child, 'close')) as [number | null];
    outcome.summary += readFileSync(file('summary'), 'utf8');
    const lines = readFileSync(file('output'), 'utf8').split('\n').filter(Boolean);
    const outputs = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    return { ok: status === 0, outputs };
  };

  const composite = async (folder: string, step: Step, context: Context): Promise<Result> => {
    const action = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as Action;
    for (const name of Object.keys(step.with ?? {})) {
      if (action.inputs[name] === undefined) throw new Error(`the action has no input ${name}`);
    }
    const inputs = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [
        name,
        evaluated(step.with?.[name] ?? input.default ?? '', context),
      ]),
    );
    const inner: Context = { ...context, inputs, steps: {} };
    let ok = true;
    for (const part of action.runs.steps) {
      if (!ok) break;
      if (part.shell !== 'bash') throw new Error('a step of a composite action needs a shell');
      const result = await bash(part, inner);
      if (part.id !== undefined) (inner.steps as Context)[part.id] = { outputs: result.outputs };
      ok = result.ok;
    }
    const outputs: Record<string, string> = {};
    for (const [name, { value }] of Object.entries(action.outputs)) {
      // A step that never ran has no outputs; GitHub gives an empty text.
      try {
        outputs[name] = evaluated(value, inner);
      } catch {
        outputs[name] = '';
      }
    }
    return { ok, outputs };
  };

  const { jobs } = parse(readFileSync(workflow, 'utf8')) as { jobs: Record<string, { steps: Step[] }> };
  const context: Context = { github: { token }, steps: {} };
  for (const step of jobs[job]?.steps ?? []) {
    if (step.uses?.startsWith('actions/')) continue;
    if (!outcome.ok && step.if !== 'always()') continue;
    const folder = Object.entries(actions).find(([name]) => step.uses?.startsWith(name))?.[1];
    if (step.uses !== undefined && (folder === undefined || !existsSync(folder)))
      throw new Error(`no action ${step.uses}`);
    const result = await (folder === undefined ? bash(step, context) : composite(folder, step, context));
    if (step.id !== undefined) {
      (context.steps as Context)[step.id] = { outputs: result.outputs };
      outcome.outputs[step.id] = result.outputs;
    }
    outcome.ok &&= result.ok;
  }
  return outcome;
};
