/** The exports of a CommonJS module, also of one that a compiler or a bundler wrote. */
import type { Node, Program } from '@babel/types';
import type { Export, SourceExports } from './exports.ts';
import { bare, declarations, isFunction, keysOf, nameOf, nodesOf } from './exports-walk.ts';

type Found = Pick<SourceExports, 'exports' | 'isComplete'>;

const isModuleExports = (node: Node): boolean =>
  node.type === 'MemberExpression' && nameOf(node.object) === 'module' && nameOf(node.property) === 'exports';

const isExports = (node: Node): boolean => nameOf(node) === 'exports' || isModuleExports(node);

/** A bundler's wrapper around another module has exports of its own. */
const isWrapper = (node: Node): boolean =>
  'params' in node && (node.params as Node[]).some((param) => ['exports', 'module'].includes(nameOf(param) ?? ''));

/** What is inside of functions belongs to later, unless the function is called on the spot. */
const entersFrom = (program: Program): ((node: Node) => boolean) => {
  const calledNow = new Set<Node>();
  return (node) => {
    if (node.type === 'CallExpression') {
      const { callee } = node;
      calledNow.add(callee);
      // (function () { ... }).call(this)
      if (callee.type === 'MemberExpression') calledNow.add(callee.object);
    }
    const isOfLater = isFunction(node) === true || node.type === 'ClassMethod';
    return node === program || !isOfLater || (calledNow.has(node) && !isWrapper(node));
  };
};

export const cjsExports = (program: Program): Found => {
  const known = declarations(program.body);
  const meant = (node: Node): Node => known.get(nameOf(node) ?? '') ?? node;
  const exports = new Map<string, Export>();
  let isComplete = true;

  const add = (name: string | null, value?: Node): void => {
    if (name === null) {
      isComplete = false;
      return;
    }
    if (name === '__esModule') return;
    const node = value && meant(bare(value));
    // Compilers first write `exports.handler = void 0`.
    const isPlaceholder = node?.type === 'UnaryExpression' && node.operator === 'void';
    const keys = node && keysOf(node);
    const entry = { name, isFunction: node && !isPlaceholder ? isFunction(node) : null, ...(keys && { keys }) };
    const before = exports.get(name);
    if (!before || before.isFunction === null) exports.set(name, entry);
  };

  /** `module.exports = value` */
  const addAll = (value: Node): void => {
    let node = bare(value);
    // module.exports = exports.handler = ...
    while (node.type === 'AssignmentExpression') node = bare(node.right);
    const object = meant(node);
    if (object.type !== 'ObjectExpression') {
      const callable = isFunction(object);
      if (callable !== true) isComplete = false;
      if (callable !== false || object.type.startsWith('Class')) add('default', object);
      return;
    }
    for (const property of object.properties) {
      if (property.type === 'SpreadElement') isComplete = false;
      else add(nameOf(property.key), property.type === 'ObjectProperty' ? property.value : property);
    }
  };

  for (const node of nodesOf(program, entersFrom(program))) {
    if (node.type === 'AssignmentExpression') {
      const { left, right } = node;
      if (isModuleExports(left)) addAll(right);
      else if (left.type === 'MemberExpression' && isExports(left.object)) {
        add(left.computed && left.property.type !== 'StringLiteral' ? null : nameOf(left.property), right);
      }
    } else if (node.type === 'CallExpression') {
      const [first, second, third] = node.arguments;
      const callee = node.callee.type === 'MemberExpression' ? nameOf(node.callee.property) : nameOf(node.callee);
      if (callee === 'defineProperty' && first && isExports(first)) add(nameOf(second), undefined);
      // TypeScript's `export * from`.
      if (callee === '__exportStar' || (callee === 'assign' && first && isExports(first))) isComplete = false;
      // webpack and rollup hand `exports` to helpers of theirs.
      if (callee !== 'defineProperty' && [first, second, third].some((one) => one && isModuleExports(one)))
        isComplete = false;
    }
  }
  return { exports: [...exports.values()], isComplete };
};
