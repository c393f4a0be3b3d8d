/** How a name that a module gave is used, and the text that takes the use's place. */
import type { Binding, NodePath } from '@babel/traverse';
import type MagicString from 'magic-string';
import { lineOf } from './parsed.ts';
import { Refusal } from './refusal.ts';

/** Wrappers that leave the value, and `this` of a call, as they are. */
const wrappers = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
]);

/** Other nodes of TypeScript whose children are values. */
const holdsValues = new Set(['TSEnumMember', 'TSExportAssignment', 'TSParameterProperty', ...wrappers]);

const isTypeUse = ({ parent }: NodePath): boolean => parent.type.startsWith('TS') && !holdsValues.has(parent.type);

const inClassInitialiser = new Set([
  'ClassProperty',
  'ClassPrivateProperty',
  'ClassAccessorProperty',
  'StaticBlock',
  'Decorator',
]);

const nameOf = ({ identifier }: Binding): string => `\`${identifier.name}\``;

/** Refuses what no rewriting can keep. @returns the uses as a value */
export const valueUses = (binding: Binding): NodePath[] => {
  const [violation] = binding.constantViolations;
  if (violation) throw new Refusal(`${nameOf(binding)} is assigned again on ${lineOf(violation)}`);
  const uses = binding.referencePaths.filter((use) => !isTypeUse(use));
  for (const use of uses) {
    const { parent } = use;
    if (parent.type === 'ExportSpecifier' || use.node.type.startsWith('Export')) {
      throw new Refusal(`${nameOf(binding)} is exported again on ${lineOf(use)}`);
    }
    if (use.node.type === 'JSXIdentifier') throw new Refusal(`${nameOf(binding)} is a JSX element on ${lineOf(use)}`);
    if (use.node.type !== 'Identifier') {
      throw new Refusal(`${nameOf(binding)} is used by a ${use.node.type} on ${lineOf(use)}`);
    }
  }
  return uses;
};

/** One step up from a use to what holds it: a function, by its body or by its parameters, or a class's initialiser. */
export interface Holder {
  path: NodePath;
  kind: 'body' | 'parameters' | 'initialiser';
}

/** What holds a use, the innermost first. The outside of a function (computed names, decorators) is not in it. */
export const holdersOf = (use: NodePath): Holder[] => {
  const holders: Holder[] = [];
  for (let at: NodePath = use; at.parentPath; at = at.parentPath) {
    const above = at.parentPath;
    if (above.isFunction() && at.key === 'body') holders.push({ path: above, kind: 'body' });
    else if (above.isFunction() && at.listKey === 'params') holders.push({ path: above, kind: 'parameters' });
    else if (inClassInitialiser.has(above.node.type) && at.key !== 'key') {
      holders.push({ path: above, kind: 'initialiser' });
    }
  }
  return holders;
};

/** @throws {@link Refusal} that tells where a use is that runs while the module loads */
export const refuseEarly = (binding: Binding, use: NodePath): never => {
  const [holder] = holdersOf(use);
  const where =
    holder?.kind === 'initialiser'
      ? holder.path.node.type === 'Decorator'
        ? 'by a decorator'
        : 'by the initialiser of a class'
      : 'while the module loads';
  throw new Refusal(`${nameOf(binding)} is used ${where} (${lineOf(use)})`);
};

/** What stands for the value. */
export interface Access {
  text: string;
  /** It reads a property, so that a call of it would have a `this`. */
  isMember: boolean;
  /** It calls something, so that `new` in front of it would take that call for its own. */
  hasCall: boolean;
}

/** The expression of which `use` is the callee, through wrappers and parentheses. */
const calledBy = (use: NodePath): NodePath | null => {
  let at = use;
  while (at.parentPath && wrappers.has(at.parent.type)) at = at.parentPath;
  const above = at.parentPath;
  if (!above) return null;
  const isCallee = at.key === 'callee' || (at.key === 'tag' && above.isTaggedTemplateExpression());
  return isCallee ? above : null;
};

/** Whether `use` begins the callee of a `new`: `new use.a.b()`. */
const beginsNew = (use: NodePath): boolean => {
  let at = use;
  for (; at.parentPath; at = at.parentPath) {
    if (at.key === 'callee') return at.parent.type === 'NewExpression';
    const isObject = at.key === 'object' && at.parent.type === 'MemberExpression';
    if (!isObject && !wrappers.has(at.parent.type)) return false;
  }
  return false;
};

/** Statements whose end needs no semicolon. */
const endsItself =
  /^(Block|If|For|ForIn|ForOf|While|Switch|Try|Labeled|Empty)Statement$|^(Function|Class|TSInterface|TSEnum|TSModule)Declaration$/;

/** Whether an opening parenthesis at the begin of `use` would be taken for a call of what stands before it. */
const wouldJoin = (use: NodePath, source: string): boolean => {
  const statement = use.getStatementParent();
  if (!statement?.isExpressionStatement() || statement.node.start !== use.node.start) return false;
  if (statement.listKey === null || statement.listKey === undefined || statement.key === 0) return false;
  const before = statement.getPrevSibling();
  return !endsItself.test(before.node?.type ?? '') && source[(before.node?.end ?? 1) - 1] !== ';';
};

/** Puts the access in the place of the use. */
export const replaceUse = (use: NodePath, access: Access, source: string, text: MagicString): void => {
  const { start, end } = use.node;
  if (typeof start !== 'number' || typeof end !== 'number') throw new Error('a parsed node has a place');
  const call = calledBy(use);
  let written = access.text;
  if (call && !call.isNewExpression() && access.isMember) {
    written = `${wouldJoin(use, source) ? ';' : ''}(0, ${access.text})`;
  } else if (access.hasCall && beginsNew(use)) written = `(${access.text})`;
  const { parentPath } = use;
  if (parentPath?.isObjectProperty() && parentPath.node.shorthand) {
    written = `${source.slice(start, end)}: ${written}`;
  }
  text.update(start, end, written);
};
