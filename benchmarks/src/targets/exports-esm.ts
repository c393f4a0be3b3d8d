/** The exports of an ES module. */
import type { Node, Program } from '@babel/types';
import type { Export, SourceExports } from './exports.ts';
import { bare, declarations, isFunction, keysOf, nameOf } from './exports-walk.ts';

type Found = Pick<SourceExports, 'exports' | 'isComplete'>;

export const esmExports = ({ body }: Program): Found => {
  const known = declarations(body);
  const entry = (name: string, value: Node | undefined): Export => {
    const node = value && bare(value);
    const meant = node?.type === 'Identifier' ? known.get(node.name) : node;
    const keys = meant && keysOf(meant);
    return { name, isFunction: meant ? isFunction(meant) : null, ...(keys && { keys }) };
  };
  const exports = body.flatMap((statement): Export[] => {
    if (statement.type === 'ExportDefaultDeclaration') return [entry('default', statement.declaration)];
    if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type') return [];
    const declared = statement.declaration ? [...declarations([statement]).keys()] : [];
    const listed = statement.specifiers.flatMap((specifier): Export[] => {
      if (specifier.type === 'ExportSpecifier' && specifier.exportKind === 'type') return [];
      const name = nameOf(specifier.exported) ?? '';
      // What comes from another module cannot be seen here.
      const local = specifier.type === 'ExportSpecifier' && !statement.source ? specifier.local : undefined;
      return [entry(name, local)];
    });
    return [...declared.map((name) => entry(name, known.get(name))), ...listed, ...patternNames(statement.declaration)];
  });
  return { exports, isComplete: !body.some(({ type }) => type === 'ExportAllDeclaration') };
};

/** `export const { GET, POST } = make()` and variables without a value. */
const patternNames = (node: Node | null | undefined): Export[] => {
  if (node?.type !== 'VariableDeclaration') return [];
  return node.declarations.flatMap(({ id, init }): Export[] => {
    if (id.type === 'Identifier') return init ? [] : [{ name: id.name, isFunction: null }];
    if (id.type !== 'ObjectPattern') return [];
    return id.properties.flatMap((property): Export[] => {
      const name = property.type === 'ObjectProperty' ? nameOf(property.value) : null;
      return name === null ? [] : [{ name, isFunction: null }];
    });
  });
};
