/** The description of the read API, from the table that routes requests. */
import type { Operation } from './operations.ts';
import { type Shape, schemaOf } from './shape.ts';

const errorShape = { error: 'text', next: 'text' } as const satisfies Shape;

const json = (schema: object): object => ({ 'application/json': { schema } });
const refusal = (description: string): object => ({ description, content: json(schemaOf(errorShape)) });

const described = ({ name, summary, parameters, shape }: Operation): object => ({
  get: {
    summary,
    parameters: Object.entries(parameters).map(([parameter, { description, schema, default: usual, isRequired }]) => ({
      name: parameter,
      in: 'query',
      description,
      required: isRequired === true,
      schema: { ...schema, ...(usual !== undefined && { default: usual }) },
    })),
    responses: {
      200: { description: `${name}; null means "not observable"`, content: json(schemaOf(shape)) },
      400: refusal('a parameter is unknown, missing or not allowed: the sentence says which, and what is'),
      404: refusal('there is nothing of that name in the window'),
      503: refusal('the store cannot answer at the moment'),
    },
  },
});

export const openApiPath = '/api/v1/openapi.json';

export const openApi = (operations: readonly Operation[]): object => ({
  openapi: '3.1.0',
  info: { title: 'coldlens', version: 'v1', description: 'What a collector has to say of cold starts and money.' },
  paths: Object.fromEntries(operations.map((operation) => [operation.path, described(operation)])),
});
