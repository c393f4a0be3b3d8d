/** Which other agents does this environment start beside ours, and how do they get on? One sentence for each. */
import { otherAgents } from '@coldlens/benchmarks';
import { type CheckContext, type Finding, ok, warn } from './check.ts';

type Remark = Pick<Finding, 'detail' | 'next'>;

interface Preload {
  flag: string;
  specifier: string;
}

const preloadShape = /(?<![^\s])(--require|-r|--import|--experimental-loader|--loader)(?:=|\s+)("[^"]*"|\S+)/g;
const ours = /@coldlens[\\/]agent/;

const otherPreloads = (nodeOptions: string): Preload[] =>
  [...nodeOptions.matchAll(preloadShape)]
    .map(([, flag = '', specifier = '']) => ({ flag, specifier: specifier.replaceAll('"', '') }))
    .filter(({ specifier }) => !ours.test(specifier));

/** `/opt/otel-handler (otel)` */
const named = (path: string): string => {
  const agent = path.match(otherAgents)?.[0];
  return agent === undefined || agent === path ? path : `${path} (${agent})`;
};

const aboutPreload = ({ flag, specifier }: Preload): Remark =>
  flag.endsWith('loader')
    ? {
        detail: `NODE_OPTIONS passes every import through ${named(specifier)}: it works beside coldlens, and what it takes is part of runtime start and of each module's time`,
        next: '',
      }
    : {
        detail: `NODE_OPTIONS preloads ${named(specifier)}: it works beside coldlens in any order, and what it loads counts as runtime start, not as init`,
        next: '',
      };

const ourWrapper = '/opt/coldlens';

const aboutWrappers = ({ AWS_LAMBDA_EXEC_WRAPPER: first, COLDLENS_NEXT_WRAPPER: next }: Environment): Remark[] => {
  if (first === ourWrapper) {
    return next ? [{ detail: `${ourWrapper} starts the exec wrapper ${named(next)} after itself`, next: '' }] : [];
  }
  if (first) {
    return [
      {
        detail: `AWS_LAMBDA_EXEC_WRAPPER is ${named(first)}, and Lambda starts only one: coldlens's layer does not wrap the handler`,
        next: `set AWS_LAMBDA_EXEC_WRAPPER=${ourWrapper} and COLDLENS_NEXT_WRAPPER=${first}, or wrap the handler in its code`,
      },
    ];
  }
  return next
    ? [
        {
          detail: `COLDLENS_NEXT_WRAPPER is ${named(next)}, which nobody starts: only ${ourWrapper} reads it`,
          next: `set AWS_LAMBDA_EXEC_WRAPPER=${ourWrapper}`,
        },
      ]
    : [];
};

type Environment = CheckContext['environment'];

export function checkOtherAgents({ environment }: CheckContext): Finding {
  const remarks = [...otherPreloads(environment.NODE_OPTIONS ?? '').map(aboutPreload), ...aboutWrappers(environment)];
  if (remarks.length === 0) return ok('none in NODE_OPTIONS or AWS_LAMBDA_EXEC_WRAPPER');
  const detail = remarks.map((remark) => remark.detail).join('; ');
  const next = remarks.flatMap((remark) => remark.next || []).join('; ');
  return next === '' ? ok(detail) : warn(detail, next);
}
