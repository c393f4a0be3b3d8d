/** Parses project files: YAML with CloudFormation's tags, TOML, JSON with comments. The parsers load when needed. */
import { basename } from 'node:path';
import type { CollectionTag, ScalarTag } from 'yaml';
import { usage } from '../cli/usage.ts';
import { readProjectFile } from './files.ts';

/** More uses of anchors than this are a bomb, not a configuration. */
const maxAliases = 1_000;
const maxDepth = 100;

const refused = (path: string, error: unknown): Error =>
  usage(
    `${path} cannot be read as ${basename(path).split('.').at(-1)}: ${((error as Error).message.split('\n')[0] ?? '').replace(/[:.]$/, '')}.`,
    'Mend it, or name the handler files instead.',
    error,
  );

const parsed = async (path: string, parse: (text: string) => unknown): Promise<unknown> => {
  const text = readProjectFile(path);
  try {
    return parse(text);
  } catch (error) {
    throw refused(path, error);
  }
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const intrinsics = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAZs',
  'GetAtt',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
] as const;

/** The long form of each short tag: `!Ref` is the only one without `Fn::`. */
const longForms: readonly (readonly [string, string])[] = [
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...intrinsics.map((name) => [`!${name}`, `Fn::${name}`] as const),
];

/** @throws `Trouble` with exit code 2 for what is no YAML, or only pretends to be small */
export const parseYaml = async (path: string): Promise<unknown> => {
  const { Pair, parseDocument, Scalar, YAMLMap } = await import('yaml');
  const tags = longForms.flatMap(([tag, long]): (ScalarTag | CollectionTag)[] => {
    const wrap: CollectionTag['resolve'] = (inner) => {
      const outer = new YAMLMap();
      outer.items.push(new Pair(new Scalar(long), inner));
      return outer;
    };
    return [
      { tag, resolve: (text) => ({ [long]: text }) },
      { tag, collection: 'map', resolve: wrap },
      { tag, collection: 'seq', resolve: wrap },
    ];
  });
  return parsed(path, (text) => {
    assertShallow(text);
    const document = parseDocument(text, { customTags: tags, merge: true, logLevel: 'silent' });
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS({ maxAliasCount: maxAliases });
  });
};

/** Parsers of nested text call themselves; brackets without end would use up the stack. */
const assertShallow = (text: string): void => {
  let depth = 0;
  for (const char of text) {
    if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth = Math.max(0, depth - 1);
    if (depth > maxDepth) throw new Error(`it is nested more than ${maxDepth} deep`);
  }
};

export const parseToml = async (path: string): Promise<unknown> => {
  const { parse } = await import('smol-toml');
  return parsed(path, (text) => parse(text, { maxDepth }));
};

/** JSON with comments and commas before closing brackets, as wrangler and Azure's tools take it. */
export const parseJsonc = (path: string): Promise<unknown> => parsed(path, (text) => JSON.parse(withoutComments(text)));

const withoutComments = (text: string): string => {
  const bare = text.replace(
    /("[^"\\]*(?:\\.[^"\\]*)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, kept?: string) => kept ?? ' ',
  );
  return bare.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|,(?=\s*[}\]])/g, (_, kept?: string) => kept ?? '');
};
