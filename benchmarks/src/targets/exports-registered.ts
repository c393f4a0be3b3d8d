/** Functions that a file makes known to Google's or Azure's framework by name. */
import type { Node, Program } from '@babel/types';
import type { Registration } from './exports.ts';
import { nameOf, nodesOf } from './exports-walk.ts';

/** Where these are members of: `functions` at Google, `app` at Azure; a compiler's own names for them end the same way. */
export const googleMethods = { http: 'http', cloudEvent: 'cloudevent' } as const;

/** Triggers of Azure's programming model, and the sample that each is called with. */
export const azureMethods = {
  http: 'azure-http',
  get: 'azure-http',
  put: 'azure-http',
  post: 'azure-http',
  patch: 'azure-http',
  deleteRequest: 'azure-http',
  timer: 'azure-timer',
  storageQueue: 'azure-queue',
  serviceBusQueue: 'azure-queue',
  serviceBusTopic: 'azure-queue',
  storageBlob: 'azure-queue',
  eventHub: 'azure-queue',
  eventGrid: 'azure-queue',
  cosmosDB: 'azure-queue',
  generic: 'azure-queue',
} as const;

const methods: ReadonlySet<string> = new Set([...Object.keys(googleMethods), ...Object.keys(azureMethods)]);
/** `list.get('x')` is no registration: a second argument has to be there, and no more than these objects have it. */
const owners = /(?:^|_)(?:app|functions|functions_framework|ff)\d*$/i;

const isFramework = (object: Node): boolean => {
  // require('@google-cloud/functions-framework').http(...)
  if (object.type === 'CallExpression') return nameOf(object.callee) === 'require';
  const owner = object.type === 'MemberExpression' ? object.property : object;
  return owner.type === 'Identifier' && owners.test(owner.name);
};

export const registrations = (program: Program): Registration[] => {
  const found: Registration[] = [];
  for (const node of nodesOf(program)) {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') continue;
    const { object, property } = node.callee;
    const [first, second] = node.arguments;
    if (property.type !== 'Identifier' || first?.type !== 'StringLiteral' || second === undefined) continue;
    if (!methods.has(property.name) || !isFramework(object)) continue;
    found.push({ method: property.name, name: first.value });
  }
  return found;
};
