import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { z } from 'zod';
import type { Endpoint } from '../../shared/api/endpoint.ts';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import { ProblemReply } from '../../shared/api/endpoints/system.ts';

type Operation = NonNullable<ZodOpenApiPathsObject[string]['get']>;

function requestBody({ body }: Endpoint): Pick<Operation, 'requestBody'> {
  if (body === undefined) return {};
  if (body === 'bytes') {
    const schema = { type: 'string', format: 'binary' } as const;
    return { requestBody: { required: true, content: { 'application/octet-stream': { schema } } } };
  }
  return { requestBody: { required: true, content: { 'application/json': { schema: body } } } };
}

function success({ reply, summary }: Endpoint): Operation['responses'] {
  switch (reply.kind) {
    case 'socket':
      return { '101': { description: `${summary} Sub-protocol ${reply.protocol}.` } };
    case 'empty':
      return { '204': { description: summary } };
    case 'json':
      return {
        '200': { description: summary, content: { 'application/json': { schema: reply.schema } } },
      };
    case 'bytes':
    case 'stream':
    case 'text': {
      const binary = { type: 'string', format: 'binary' } as const;
      const schema = reply.kind === 'text' ? ({ type: 'string' } as const) : binary;
      return { '200': { description: summary, content: { [reply.contentType]: { schema } } } };
    }
  }
}

function operationOf(name: string, endpoint: Endpoint): Operation {
  const { params, query, access, method, summary } = endpoint;
  const signed = access.kind === 'signed' || access.kind === 'action';
  return {
    operationId: name,
    summary,
    tags: [name.split('.')[0] ?? name],
    security: signed ? [{ signIn: [] }] : [],
    requestParams: {
      // Every params and query schema of the table is an object of named values.
      ...(params === undefined ? {} : { path: params as z.ZodObject }),
      ...(query === undefined ? {} : { query: query as z.ZodObject }),
    },
    ...(method === 'GET' ? {} : { parameters: [{ $ref: '#/components/parameters/SameSite' }] }),
    ...requestBody(endpoint),
    responses: {
      ...success(endpoint),
      default: {
        description: 'What went wrong, by its code.',
        content: { 'application/json': { schema: ProblemReply } },
      },
    },
  };
}

const SAME_SITE = {
  name: 'X-Farscope',
  in: 'header',
  required: true,
  description: 'Says that the request is not made by the form of another site.',
  schema: { type: 'string', const: '1' },
} as const;

/** The endpoint table as an OpenAPI 3.1 document. */
export function createOpenApiDocument(version: string): unknown {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [name, endpoint] of Object.entries<Endpoint>(ENDPOINTS)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(name, endpoint) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Farscope', version },
    components: {
      securitySchemes: { signIn: { type: 'apiKey', in: 'cookie', name: '__Host-farscope' } },
      parameters: { SameSite: SAME_SITE },
    },
    paths,
  });
}
