/** The description of the read API, from the table that routes requests. */
import type { Operation } from './operations.ts';
import { rowsName, rowsType } from './rows.ts';
import { type Shape, schemaOf } from './shape.ts';

const refusalShape = { error: 'text', next: 'text' } as const satisfies Shape;

const json = (schema: object): object => ({ 'application/json': { schema } });
const text = { type: 'string' } as const;

const etag = { description: 'tag of the very bytes of the answer', schema: text };
const cacheControl = { description: 'private, no-cache: it may be kept, and is good after asking again', schema: text };
const allow = { description: 'the methods that the path takes', schema: text };

const refusal = (description: string, headers?: object): object => ({
  description,
  ...(headers && { headers }),
  content: json({ $ref: '#/components/schemas/Refusal' }),
});

/** Of every operation. */
const refusals = {
  405: refusal('the path takes other methods', { Allow: allow }),
  500: refusal('a defect of coldlens'),
  503: refusal('the store cannot answer at the moment'),
} as const;

const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  description: 'ETags of answers that are there already, or *',
  schema: text,
} as const;

const aIm = {
  name: 'A-IM',
  in: 'header',
  description: `${rowsName}: what has changed since the answer that If-None-Match names is enough (RFC 3229)`,
  schema: text,
} as const;

/** @param list the member that is told row by row */
const byRow = (list: string): object => ({
  description:
    `asked for with A-IM: ${rowsName}. The first line is an object, all members but ${list}; every further one is a row of ` +
    'it, or [place, count]: so many rows of the answer that Delta-Base names, from that place on, the first being 0. Of an ' +
    'answer that is not known any more there is no Delta-Base, and every row is told.',
  headers: {
    ETag: { description: 'tag of the whole answer, told row by row', schema: text },
    'Cache-Control': noStore,
    IM: { description: rowsName, schema: text },
    'Delta-Base': { description: 'ETag of the answer before', schema: text },
  },
  content: { [rowsType]: { schema: { type: 'string' } } },
});

const noStore = { description: 'no-store: it is of the moment', schema: text } as const;
const kept = { ETag: etag, 'Cache-Control': cacheControl };

const described = ({
  path,
  name,
  summary,
  description,
  missing,
  list,
  isMomentary,
  parameters,
  shape,
}: Operation): object => ({
  get: {
    operationId: path.split('/').at(-1),
    summary,
    ...(description !== undefined && { description }),
    parameters: [
      ...Object.entries(parameters).map(
        ([parameter, { description: meaning, schema, default: usual, isRequired }]) => ({
          name: parameter,
          in: 'query',
          description: meaning,
          required: isRequired === true,
          schema: { ...schema, ...(usual !== undefined && { default: usual }) },
        }),
      ),
      ...(isMomentary ? [] : [ifNoneMatch]),
      ...(list === undefined ? [] : [aIm]),
    ],
    responses: {
      200: {
        description: `${name}; null means "not observable"`,
        headers: isMomentary ? { 'Cache-Control': noStore } : kept,
        content: json(schemaOf(shape)),
      },
      ...(list !== undefined && { 226: byRow(list) }),
      ...(isMomentary !== true && {
        304: { description: 'what If-None-Match names still holds; there is no body', headers: kept },
      }),
      400: refusal('a parameter is unknown, missing, doubled or not allowed: the sentence says which, and what is'),
      ...(missing !== undefined && { 404: refusal(`there is no such ${missing}`) }),
      ...refusals,
    },
  },
});

export const openApiPath = '/api/v1/openapi.json';

export const openApi = (operations: readonly Operation[]): object => ({
  openapi: '3.1.0',
  info: {
    title: 'coldlens',
    version: 'v1',
    description:
      'What a collector has to say of cold starts and money. Every path answers HEAD as it answers GET, and OPTIONS with ' +
      'the methods that it takes. Windows end at a whole minute, ten seconds or second, at most a hundredth of their ' +
      'length, so that answers differ only where what is known does; what was told since counts as well.',
  },
  paths: Object.fromEntries(operations.map((operation) => [operation.path, described(operation)])),
  components: { schemas: { Refusal: schemaOf(refusalShape) } },
});
