/** The description of the read API, from the table that routes requests. */
import type { Operation } from './operations.ts';
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

const described = ({ path, name, summary, description, missing, parameters, shape }: Operation): object => ({
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
      ifNoneMatch,
    ],
    responses: {
      200: {
        description: `${name}; null means "not observable"`,
        headers: { ETag: etag, 'Cache-Control': cacheControl },
        content: json(schemaOf(shape)),
      },
      304: {
        description: 'what If-None-Match names still holds; there is no body',
        headers: { ETag: etag, 'Cache-Control': cacheControl },
      },
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
