/** ES modules: a static import becomes `await import()` inside the async functions that use it. */
import type { Binding, NodePath } from '@babel/traverse';
import type {
  BlockStatement,
  Function as FunctionNode,
  ImportDeclaration,
  ImportDefaultSpecifier,
  ImportNamespaceSpecifier,
  ImportSpecifier,
  Node,
  Statement,
} from '@babel/types';
import type MagicString from 'magic-string';
import { lineOf, type Parsed } from './parsed.ts';
import { Refusal } from './refusal.ts';
import { refuseReordering } from './requires.ts';
import { type Access, holdersOf, refuseEarly, replaceUse, valueUses } from './uses.ts';

type Specifier = ImportDefaultSpecifier | ImportNamespaceSpecifier | ImportSpecifier;

const isTypeOnly = (node: ImportDeclaration): boolean => node.importKind === 'type';

/** Names that JSX uses without writing them. */
const jsxNames = new Set(['React', 'h', 'Fragment']);

const functionName = ({ node, parent }: NodePath): string => {
  const named = node as { id?: { name?: string } | null; key?: { name?: string } };
  const target = parent as { type: string; id?: { name?: string }; key?: { name?: string } };
  const name =
    named.id?.name ??
    named.key?.name ??
    target.id?.name ??
    (target.type === 'ObjectProperty' ? target.key?.name : undefined);
  return name === undefined ? 'a function' : `\`${name}\``;
};

/** The async function in whose body the module can be awaited before the use. @throws {@link Refusal} */
const functionFor = (binding: Binding, use: NodePath): NodePath<FunctionNode> => {
  const holders = holdersOf(use);
  const isAsync = (path: NodePath): boolean => (path.node as FunctionNode).async === true;
  const isGenerator = (path: NodePath): boolean => (path.node as FunctionNode).generator === true;
  const found = holders.find(({ path, kind }) => kind === 'body' && isAsync(path) && !isGenerator(path));
  if (found) return found.path as NodePath<FunctionNode>;
  const holder = holders.find(({ kind }) => kind !== 'initialiser');
  if (!holder || holders[0]?.kind === 'initialiser') return refuseEarly(binding, use);
  const name = `\`${binding.identifier.name}\``;
  const where = `${functionName(holder.path)} (${lineOf(use)})`;
  if (isGenerator(holder.path)) throw new Refusal(`${name} is used in the generator ${where}`);
  if (isAsync(holder.path)) throw new Refusal(`${name} is used by a parameter's default in ${where}`);
  throw new Refusal(`${name} is used in ${where}, which is not async`);
};

/** How a name is read from the module's namespace. */
const accessOf = (specifier: Specifier, namespace: string): Access | null => {
  if (specifier.type === 'ImportNamespaceSpecifier') return null;
  const imported =
    specifier.type === 'ImportDefaultSpecifier'
      ? 'default'
      : specifier.imported.type === 'Identifier'
        ? specifier.imported.name
        : specifier.imported.value;
  const property = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(imported)
    ? `.${imported}`
    : `[${JSON.stringify(imported)}]`;
  return { text: `${namespace}${property}`, isMember: true, hasCall: false };
};

/** What is left of the imports: names that are types, as `import type`. */
const typeImports = (node: ImportDeclaration, typeNames: ReadonlySet<string>, source: string): string => {
  const kept = (node.specifiers as Specifier[]).filter(
    (each) => typeNames.has(each.local.name) || (each.type === 'ImportSpecifier' && each.importKind === 'type'),
  );
  const from = source.slice(node.source.start ?? 0, node.source.end ?? 0);
  const text = ({ start, end }: Node): string => source.slice(start ?? 0, end ?? 0).replace(/^type\s+/, '');
  const named = kept.filter(({ type }) => type === 'ImportSpecifier').map(text);
  // A default and names cannot stand in one `import type`.
  const lines = kept
    .filter(({ type }) => type !== 'ImportSpecifier')
    .map((each) => `import type ${text(each)} from ${from};`);
  if (named.length > 0) lines.push(`import type { ${named.join(', ')} } from ${from};`);
  return lines.join('\n');
};

/** Removes a statement, with its line where that holds nothing else. */
const removeStatement = ({ start, end }: Node, source: string, text: MagicString): void => {
  const from = start ?? 0;
  const to = end ?? 0;
  const rest = /^[ \t]*(\r?\n|$)/.exec(source.slice(to));
  const isAlone = rest !== null && (from === 0 || source[from - 1] === '\n');
  text.remove(from, isAlone ? to + rest[0].length : to);
};

const indentAt = (source: string, place: number): string | null => {
  const line = source.slice(source.lastIndexOf('\n', place - 1) + 1, place);
  return /^[ \t]*$/.test(line) ? line : null;
};

/** Where a statement begins with the comments that stand over it. */
const beginOf = (statement: Node, before: Node | undefined): number => {
  const from = before?.loc?.end.line ?? 0;
  const comment = statement.leadingComments?.find(({ loc }) => (loc?.start.line ?? 0) > from);
  return Math.min(comment?.start ?? Number.POSITIVE_INFINITY, statement.start ?? 0);
};

/** Puts the awaited import in front of the first statement that needs it. */
const awaitIn = (
  fn: NodePath<FunctionNode>,
  uses: readonly NodePath[],
  line: string,
  source: string,
  text: MagicString,
): void => {
  const { body } = fn.node;
  if (body.type !== 'BlockStatement') {
    const begin = (body.extra?.parenStart as number | undefined) ?? body.start ?? 0;
    text.appendLeft(begin, `{ ${line} return `);
    text.appendRight(fn.node.end ?? 0, '; }');
    return;
  }
  const holds = ({ start, end }: Node): boolean =>
    uses.some(({ node }) => (node.start ?? 0) >= (start ?? 0) && (node.end ?? 0) <= (end ?? 0));
  const place = innermost((body as BlockStatement).body, holds);
  if (!Array.isArray(place)) {
    // A branch that is one statement becomes a block.
    text.appendLeft(place.start ?? 0, `{ ${line} `);
    text.appendRight(place.end ?? 0, ' }');
    return;
  }
  awaitBefore(place, holds, line, source, text);
};

/** Of an `if`, the only branch that needs the module, unless the condition needs it too. */
const branchOf = (statement: Statement, holds: (node: Node) => boolean): Statement | null => {
  if (statement.type !== 'IfStatement' || holds(statement.test)) return null;
  const [branch, ...others] = [statement.consequent, statement.alternate].filter((each) => each && holds(each));
  return branch && others.length === 0 ? branch : null;
};

/**
 * The innermost list of statements that all uses are in, as far as branches lead there: what is not taken loads nothing.
 * @returns one statement where a branch has no list
 */
const innermost = (statements: Statement[], holds: (node: Node) => boolean): Statement[] | Statement => {
  const [only, ...others] = statements.filter(holds);
  if (!only || others.length > 0) return statements;
  if (only.type === 'BlockStatement') return innermost(only.body, holds);
  const branch = branchOf(only, holds);
  if (!branch) return statements;
  if (branch.type === 'BlockStatement') return innermost(branch.body, holds);
  return branchOf(branch, holds) ? innermost([branch], holds) : branch;
};

const awaitBefore = (
  statements: readonly Statement[],
  holds: (node: Node) => boolean,
  line: string,
  source: string,
  text: MagicString,
): void => {
  const holding = statements.filter(holds);
  // A declared function can be called by what stands above it.
  const isCallableAbove = holding.some(({ type }) => type === 'FunctionDeclaration');
  const index = isCallableAbove ? 0 : statements.findIndex(holds);
  const statement = statements[index];
  if (!statement) throw new Error('a use lies in a statement of its function');
  const place = beginOf(statement, statements[index - 1]);
  const indent = indentAt(source, place);
  text.appendLeft(place, indent === null ? `${line} ` : `${line}\n${indent}`);
};

/** Without those that lie in another one, whose names they see. */
const outermost = (functions: ReadonlySet<NodePath<FunctionNode>>): NodePath<FunctionNode>[] =>
  [...functions].filter(
    (fn) =>
      ![...functions].some(
        (other) => other !== fn && holdersOf(fn).some(({ path, kind }) => path === other && kind === 'body'),
      ),
  );

/** What keeps the module loaded at once whatever becomes of the import. */
const refuseOtherLoads = ({ program, all }: Parsed, module: string): void => {
  for (const statement of program.get('body')) {
    const { node } = statement;
    const isFrom = 'source' in node && (node.source as { value?: string } | null)?.value === module;
    if (isFrom && node.type.startsWith('Export')) {
      throw new Refusal(`it exports from \`${module}\` (${lineOf(statement)})`);
    }
  }
  const early = all('ImportExpression').find(
    ({ node }) =>
      node.type === 'ImportExpression' && node.source.type === 'StringLiteral' && node.source.value === module,
  );
  if (early && holdersOf(early).length === 0) {
    throw new Refusal(`it loads \`${module}\` by \`import()\` while it loads itself (${lineOf(early)})`);
  }
};

/** The static imports of the module. @throws {@link Refusal} */
const declarationsOf = ({ program }: Parsed, module: string): NodePath<ImportDeclaration>[] =>
  program.get('body').filter((statement): statement is NodePath<ImportDeclaration> => {
    const { node } = statement;
    if (node.type === 'TSImportEqualsDeclaration') {
      const { moduleReference } = node;
      if (moduleReference.type === 'TSExternalModuleReference' && moduleReference.expression.value === module) {
        throw new Refusal(`\`${module}\` is imported by \`import … = require()\` (${lineOf(statement)})`);
      }
    }
    return node.type === 'ImportDeclaration' && node.source.value === module && !isTypeOnly(node);
  });

const refuseDeclaration = (parsed: Parsed, declaration: NodePath<ImportDeclaration>, module: string): void => {
  const { node } = declaration;
  if (node.specifiers.length === 0)
    throw new Refusal(`\`${module}\` is imported for its side effects (${lineOf(declaration)})`);
  if ((node.attributes ?? []).length > 0 || node.phase) {
    throw new Refusal(`the import of \`${module}\` has attributes or a phase (${lineOf(declaration)})`);
  }
  if (parsed.awaits && module.startsWith('.')) {
    throw new Refusal(`the file awaits at its top level, and \`${module}\` may import it in turn`);
  }
  refuseReordering(parsed, node.start ?? 0, module);
};

/** @returns how many imports were made lazy @throws {@link Refusal} */
export const editImports = (parsed: Parsed, module: string, free: string, text: MagicString): number => {
  const { program, source, typeNames, hasJsx } = parsed;
  const declarations = declarationsOf(parsed, module);
  const specifiers = declarations.flatMap(({ node }) => node.specifiers as Specifier[]);
  if (declarations.length === 0) return 0;
  refuseOtherLoads(parsed, module);
  for (const declaration of declarations) refuseDeclaration(parsed, declaration, module);
  const namespaces = specifiers.filter(({ type }) => type === 'ImportNamespaceSpecifier');
  if (namespaces.length > 1) throw new Refusal(`\`${module}\` is imported as a namespace ${namespaces.length} times`);
  const namespace = namespaces[0]?.local.name ?? free;
  const functions = new Set<NodePath<FunctionNode>>();
  const uses: NodePath[] = [];
  for (const specifier of specifiers) {
    const { name } = specifier.local;
    const binding = program.scope.getBinding(name);
    if (!binding || (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type')) continue;
    if (hasJsx && jsxNames.has(name)) throw new Refusal(`JSX may use \`${name}\` without writing it`);
    const access = accessOf(specifier, namespace);
    for (const use of valueUses(binding)) {
      functions.add(functionFor(binding, use));
      uses.push(use);
      if (access) replaceUse(use, access, source, text);
    }
  }
  if (uses.length === 0) {
    throw new Refusal(
      specifiers.some(({ local }) => typeNames.has(local.name))
        ? `only types of \`${module}\` are used, which cost nothing at run time`
        : `nothing uses \`${module}\` there, so it may be imported for its side effects`,
    );
  }
  for (const { node } of declarations) {
    const types = typeImports(node, typeNames, source);
    if (types === '') removeStatement(node, source, text);
    else text.update(node.start ?? 0, node.end ?? 0, types);
  }
  const from = declarations[0]?.node.source;
  const line = `const ${namespace} = await import(${source.slice(from?.start ?? 0, from?.end ?? 0)});`;
  for (const fn of outermost(functions)) {
    const { start, end } = fn.node;
    const inside = uses.filter(({ node }) => (node.start ?? 0) >= (start ?? 0) && (node.end ?? 0) <= (end ?? 0));
    awaitIn(fn, inside, line, source, text);
  }
  return declarations.length;
};
