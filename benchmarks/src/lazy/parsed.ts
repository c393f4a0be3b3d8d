/** A source taken apart: its syntax tree with scopes, and the names that are taken. */
import type { NodePath } from '@babel/traverse';
import type { File, Node, Program } from '@babel/types';
import type { LazyRequest } from './make-lazy.ts';
import { Refusal } from './refusal.ts';

export interface Parsed {
  source: string;
  isTypeScript: boolean;
  hasJsx: boolean;
  /** It awaits something at its top level. */
  awaits: boolean;
  program: NodePath<Program>;
  /** Names that types are made of, wherever they are used as such. */
  typeNames: ReadonlySet<string>;
  /** Every name in the file, whatever its scope. */
  names: ReadonlySet<string>;
  /** Nodes of these types, in the order of the text. */
  all(type: string): readonly NodePath[];
}

const isTypeScriptFile = /\.[cm]?tsx?$/;
/** `<T>x` is a cast there, and no element. */
const hasNoJsx = /\.[cm]?ts$/;

const parse = async (source: string, file: string, format: LazyRequest['format']): Promise<File> => {
  const parser = await import('@babel/parser');
  const isTypeScript = isTypeScriptFile.test(file);
  const read = (sourceType: 'module' | 'commonjs', decorators: 'decorators' | 'decorators-legacy'): File =>
    parser.parse(source, {
      sourceType,
      plugins: [
        ...(isTypeScript ? (['typescript'] as const) : []),
        ...(hasNoJsx.test(file) ? [] : (['jsx'] as const)),
        decorators,
      ],
    });
  // A compiler may turn `import` into CommonJS, and a file without an ending of its own says nothing.
  const first = format === 'module' || isTypeScript ? 'module' : 'commonjs';
  const second = first === 'module' ? 'commonjs' : 'module';
  // TypeScript's older decorators also stand before parameters.
  const ways = [
    () => read(first, 'decorators'),
    () => read(first, 'decorators-legacy'),
    () => read(second, 'decorators'),
  ];
  let failure: unknown;
  for (const way of ways) {
    try {
      return way();
    } catch (error) {
      failure ??= error;
    }
  }
  throw new Refusal(`it cannot be read: ${(failure as Error).message.split('\n')[0]}`);
};

/** The first name of `A.B.C`. */
const firstName = (node: Node | null | undefined): string | null => {
  let at = node;
  while (at?.type === 'TSQualifiedName' || at?.type === 'MemberExpression') {
    at = at.type === 'TSQualifiedName' ? at.left : at.object;
  }
  return at?.type === 'Identifier' ? at.name : null;
};

/** What a type is named by, in each kind of node that names one. */
const typeNameOf: Readonly<Record<string, (node: never) => Node>> = {
  TSTypeReference: (node: { typeName: Node }) => node.typeName,
  TSTypeQuery: (node: { exprName: Node }) => node.exprName,
  TSClassImplements: (node: { expression: Node }) => node.expression,
  TSInterfaceHeritage: (node: { expression: Node }) => node.expression,
};

/** @throws {@link Refusal} when it is no JavaScript or TypeScript */
export const parseModule = async (source: string, file: string, format: LazyRequest['format']): Promise<Parsed> => {
  const [ast, { default: traverse }] = await Promise.all([parse(source, file, format), import('@babel/traverse')]);
  const byType = new Map<string, NodePath[]>();
  const names = new Set<string>();
  const typeNames = new Set<string>();
  let program: NodePath<Program> | undefined;
  let awaits = false;
  traverse(ast, {
    enter: (path) => {
      const { node } = path;
      if (path.isProgram()) program = path;
      if (node.type === 'Identifier' || node.type === 'JSXIdentifier') names.add(node.name);
      if (node.type === 'AwaitExpression' && !path.getFunctionParent()) awaits = true;
      const named = typeNameOf[node.type]?.(node as never);
      const typeName = firstName(named);
      if (typeName !== null) typeNames.add(typeName);
      const known = byType.get(node.type);
      if (known) known.push(path);
      else byType.set(node.type, [path]);
    },
  });
  if (!program) throw new Error('a parsed file has a program');
  const all = (type: string): readonly NodePath[] => byType.get(type) ?? [];
  if (all('WithStatement').length > 0) throw new Refusal('it uses `with`, which hides what names mean');
  const isEval = ({ node }: NodePath): boolean =>
    node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'eval';
  if (all('CallExpression').some(isEval)) throw new Refusal('it uses `eval`, which may use any name');
  const isTypeScript = isTypeScriptFile.test(file);
  const hasJsx = all('JSXElement').length > 0 || all('JSXFragment').length > 0;
  return { source, isTypeScript, hasJsx, awaits, program, typeNames, names, all };
};

/** A name that nothing in the file has yet. */
export const freeName = (names: ReadonlySet<string>, wanted: string): string => {
  if (!names.has(wanted)) return wanted;
  for (let count = 2; ; count += 1) if (!names.has(`${wanted}${count}`)) return `${wanted}${count}`;
};

/** What a person might call the module: `clientS3` for `@aws-sdk/client-s3`, `db` for `./db.js`. */
export const nameFor = ({ names }: Parsed, module: string): string => {
  const last =
    module
      .replace(/^node:/, '')
      .split('/')
      .findLast((part) => /[a-z]/i.test(part)) ?? 'lazy';
  const words = last
    .replace(/(?<=.)\.[a-z]+$/i, '')
    .split(/[^a-z\d]+/i)
    .filter((word) => word !== '');
  const joined = words.map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join('');
  const base = /^[a-z]/i.test(joined) ? joined : `lazy${joined}`;
  return names.has(base) || isReserved.test(base) ? freeName(names, `${base}Module`) : base;
};

/** Words that cannot be names in a module. The globals would be hidden by a name like theirs. */
const isReserved =
  /^(await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|arguments|eval|async|of|globalThis|process|global|module|exports|require|console|Buffer|URL|fetch|crypto|performance)$/;

/** Line of a node, for messages. */
export const lineOf = ({ node }: NodePath): string => `line ${node.loc?.start.line ?? '?'}`;
