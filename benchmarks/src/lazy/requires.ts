/** CommonJS: a `require` at the top of a module becomes a function that requires once, at the first use. */
import type { Binding, NodePath } from '@babel/traverse';
import type { CallExpression, VariableDeclaration, VariableDeclarator } from '@babel/types';
import type MagicString from 'magic-string';
import { freeName, lineOf, type Parsed } from './parsed.ts';
import { Refusal } from './refusal.ts';
import { type Access, holdersOf, refuseEarly, replaceUse, valueUses } from './uses.ts';

const isRequireOf =
  (module: string) =>
  (path: NodePath): path is NodePath<CallExpression> => {
    const { node } = path;
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'require')
      return false;
    const [wanted] = node.arguments;
    return wanted?.type === 'StringLiteral' && wanted.value === module;
  };

const isEarly = (path: NodePath): boolean => {
  const [holder] = holdersOf(path);
  return holder === undefined || holder.kind === 'initialiser';
};

/** The declaration at the top of the module that a `require` makes, through `.property`. */
const declarationOf = (call: NodePath, module: string): NodePath<VariableDeclarator> => {
  let at: NodePath = call;
  while (at.parentPath?.isMemberExpression() && at.key === 'object' && !at.parentPath.node.computed) at = at.parentPath;
  const above = at.parentPath;
  const where = lineOf(call);
  if (above?.isExpressionStatement()) throw new Refusal(`\`${module}\` is required for its side effects (${where})`);
  if (at.key === 'callee') throw new Refusal(`what \`${module}\` gives is called while the module loads (${where})`);
  const declaration = above?.isVariableDeclarator() && at.key === 'init' ? above.parentPath : null;
  if (!above?.isVariableDeclarator() || !declaration?.isVariableDeclaration()) {
    throw new Refusal(`\`${module}\` is required inside of something that runs while the module loads (${where})`);
  }
  if (declaration.node.kind === 'using' || declaration.node.kind === 'await using') {
    throw new Refusal(`what \`${module}\` gives is disposed of at the end of the file (${where})`);
  }
  if (!declaration.parentPath.isProgram()) {
    throw new Refusal(`\`${module}\` is required under a condition while the module loads (${where})`);
  }
  return above;
};

/** What comes after it for its side effects would come before it. */
export const refuseReordering = ({ program }: Parsed, from: number, module: string): void => {
  const later = program.get('body').find(({ node }) => {
    if ((node.start ?? 0) <= from) return false;
    if (node.type === 'ImportDeclaration') return node.specifiers.length === 0 && node.importKind !== 'type';
    if (node.type !== 'ExpressionStatement' || node.expression.type !== 'CallExpression') return false;
    const { callee } = node.expression;
    return callee.type === 'Identifier' && callee.name === 'require';
  });
  if (later) {
    throw new Refusal(
      `an import for its side effects follows that of \`${module}\` (${lineOf(later)}) and would overtake it`,
    );
  }
};

/** The bindings of one declaration. */
const bindingsOf = (declarator: NodePath<VariableDeclarator>): Binding[] => {
  const names = Object.keys(declarator.getBindingIdentifiers());
  return names.map((name) => {
    const binding = declarator.scope.getBinding(name);
    if (binding?.path.node !== declarator.node) throw new Refusal(`\`${name}\` is declared more than once`);
    return binding;
  });
};

interface Getter {
  /** The text that declares it. */
  declaration: string;
  access: (name: string) => Access;
}

/** The function that loads. It has the declaration's own name where that is one name, so that the edit stays small. */
const getterFor = ({ node }: NodePath<VariableDeclarator>, parsed: Parsed, free: string): Getter => {
  const { source, names, isTypeScript } = parsed;
  const { id, init } = node;
  const required = source.slice(init?.start ?? 0, init?.end ?? 0);
  const any = isTypeScript ? ': any' : '';
  if (id.type === 'Identifier') {
    const kept = freeName(names, `${id.name}Loaded`);
    return {
      declaration: `let ${kept}${any};\nconst ${id.name} = () => (${kept} ??= ${required});`,
      access: (name) => ({ text: `${name}()`, isMember: false, hasCall: true }),
    };
  }
  const kept = freeName(names, `${free}Loaded`);
  const pattern = source.slice(id.start ?? 0, id.end ?? 0).replaceAll('\n', '\n    ');
  const bound = Object.keys(bindingNames(node)).join(', ');
  return {
    declaration: [
      `let ${kept}${any};`,
      `const ${free} = () => {`,
      `  if (!${kept}) {`,
      `    const ${pattern} = ${required};`,
      `    ${kept} = { ${bound} };`,
      '  }',
      `  return ${kept};`,
      '};',
    ].join('\n'),
    access: (name) => ({ text: `${free}().${name}`, isMember: true, hasCall: true }),
  };
};

/** Names that a pattern binds, in its order. */
const bindingNames = ({ id }: VariableDeclarator): Record<string, true> => {
  const names: Record<string, true> = {};
  const visit = (node: unknown): void => {
    const at = node as { type?: string; name?: string; value?: unknown; argument?: unknown; left?: unknown } | null;
    if (at?.type === 'Identifier' && at.name !== undefined) names[at.name] = true;
    else if (at?.type === 'ObjectProperty') visit(at.value);
    else if (at?.type === 'RestElement') visit(at.argument);
    else if (at?.type === 'AssignmentPattern') visit(at.left);
    else if (at?.type === 'ObjectPattern') (at as { properties: unknown[] }).properties.forEach(visit);
    else if (at?.type === 'ArrayPattern') (at as { elements: unknown[] }).elements.forEach(visit);
  };
  visit(id);
  return names;
};

/** Takes one of several declarators out, with the comma that parted it from its neighbour. */
const removeDeclarator = (declaration: VariableDeclaration, index: number, text: MagicString): void => {
  const { declarations } = declaration;
  const [from, to] =
    index === declarations.length - 1
      ? [declarations[index - 1]?.end, declarations[index]?.end]
      : [declarations[index]?.start, declarations[index + 1]?.start];
  text.remove(from ?? 0, to ?? 0);
};

/** A pattern with code of its own would run later, and elsewhere. */
const refuseComputing = ({ node }: NodePath<VariableDeclarator>): void => {
  if (node.id.type === 'Identifier' && node.id.typeAnnotation) {
    throw new Refusal(`\`${node.id.name}\` has a type of its own, which a function would not have`);
  }
  const isPlain = (pattern: unknown): boolean => {
    const at = pattern as { type: string; properties?: { type: string; computed?: boolean; value?: unknown }[] };
    if (at.type === 'Identifier') return true;
    return (
      at.type === 'ObjectPattern' &&
      (at.properties ?? []).every(
        ({ type, computed, value }) => type === 'ObjectProperty' && !computed && isPlain(value),
      )
    );
  };
  if (!isPlain(node.id)) {
    throw new Refusal('what it takes out of the module has defaults, computed names or a rest, which may run code');
  }
};

/** @returns how many declarations were made lazy @throws {@link Refusal} */
export const editRequires = (parsed: Parsed, module: string, free: string, text: MagicString): number => {
  const { program, source, all, typeNames } = parsed;
  const calls = all('CallExpression').filter(isRequireOf(module)).filter(isEarly);
  if (calls.length === 0) return 0;
  if (program.scope.hasBinding('require')) throw new Refusal('`require` is a name of its own there');
  if (calls.length > 1) throw new Refusal(`\`${module}\` is required ${calls.length} times while the module loads`);
  for (const call of calls) {
    const declarator = declarationOf(call, module);
    refuseReordering(parsed, call.node.start ?? 0, module);
    refuseComputing(declarator);
    const bindings = bindingsOf(declarator);
    const uses = bindings.map(valueUses);
    if (uses.every(({ length }) => length === 0)) {
      throw new Refusal(`nothing uses \`${module}\` there, so it may be required for its side effects`);
    }
    const { declaration: getter, access } = getterFor(declarator, parsed, free);
    for (const [place, binding] of bindings.entries()) {
      const { name } = binding.identifier;
      if (typeNames.has(name)) throw new Refusal(`\`${name}\` is used as a type, which a function cannot be`);
      for (const use of uses[place] ?? []) {
        if (isEarly(use)) refuseEarly(binding, use);
        replaceUse(use, access(name), source, text);
      }
    }
    const declaration = declarator.parent as VariableDeclaration;
    const { start, end, declarations } = declaration;
    if (declarations.length === 1) text.update(start ?? 0, end ?? 0, getter);
    else {
      removeDeclarator(declaration, declarations.indexOf(declarator.node), text);
      text.appendLeft(end ?? 0, `\n${getter}`);
    }
  }
  return calls.length;
};
