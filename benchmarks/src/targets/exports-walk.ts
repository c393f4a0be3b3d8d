/** Walking a syntax tree without recursion: a bundle's tree is deeper than a stack. */
import type { Node } from '@babel/types';

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Every node below `from`, itself included. `enters` says whether what is inside of a node is of interest. */
export function* nodesOf(from: Node, enters: (node: Node) => boolean = () => true): Generator<Node> {
  const waiting: Node[] = [from];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    if (!enters(node)) continue;
    const inner = Object.entries(node).flatMap(([key, value]) => (key === 'loc' ? [] : [value]).flat());
    // Backwards, so that what is written first comes first.
    for (const child of inner.reverse()) if (isNode(child)) waiting.push(child);
  }
}

/** The name of a property, a specifier or a member; `null` when it is computed. */
export const nameOf = (node: Node | null | undefined): string | null => {
  if (node?.type === 'Identifier') return node.name;
  return node?.type === 'StringLiteral' ? node.value : null;
};

const functions = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'ObjectMethod'];
/** What nobody can call. A class can be, with `new` only. */
const others = ['ClassDeclaration', 'ClassExpression', 'ObjectExpression', 'ArrayExpression', 'TemplateLiteral'];

export const isFunction = (node: Node): boolean | null => {
  if (functions.includes(node.type)) return true;
  return others.includes(node.type) || node.type.endsWith('Literal') ? false : null;
};

export const keysOf = (node: Node): string[] | undefined =>
  node.type === 'ObjectExpression'
    ? node.properties.flatMap((property) => (property.type === 'SpreadElement' ? [] : (nameOf(property.key) ?? [])))
    : undefined;

/** Takes off what TypeScript wraps around a value: `as`, `satisfies`, `!`. */
export const bare = (node: Node): Node => {
  let here = node;
  while (
    here.type === 'TSAsExpression' ||
    here.type === 'TSSatisfiesExpression' ||
    here.type === 'TSNonNullExpression' ||
    here.type === 'ParenthesizedExpression'
  ) {
    here = here.expression;
  }
  return here;
};

/** What the names of a module's own scope stand for, as far as it is written there. */
export const declarations = (body: readonly Node[]): Map<string, Node> =>
  new Map(
    body.flatMap((statement): [string, Node][] => {
      const node = 'declaration' in statement && statement.declaration ? (statement.declaration as Node) : statement;
      if ((node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node.id) {
        return [[node.id.name, node]];
      }
      if (node.type !== 'VariableDeclaration') return [];
      return node.declarations.flatMap(({ id, init }): [string, Node][] =>
        id.type === 'Identifier' && init ? [[id.name, bare(init)]] : [],
      );
    }),
  );
