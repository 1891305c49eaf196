import { z } from 'zod';
import { defineEndpoints } from '../endpoint.ts';

export const ProblemReply = z.object({
  code: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  requestId: z.string(),
  /** For 'request.invalid': path of the field and what is wrong with it. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type ProblemReply = z.infer<typeof ProblemReply>;

export const systemEndpoints = defineEndpoints({
  'system.livez': {
    method: 'GET',
    path: '/livez',
    summary: 'The process answers.',
    access: { kind: 'public' },
    reply: { kind: 'json', schema: z.object({ ok: z.literal(true) }) },
  },
  'system.readyz': {
    method: 'GET',
    path: '/readyz',
    summary: 'Database, storage and disk are usable; 503 otherwise and while stopping.',
    access: { kind: 'public' },
    reply: {
      kind: 'json',
      schema: z.object({ ok: z.boolean(), checks: z.record(z.string(), z.boolean()) }),
    },
  },
  'system.metrics': {
    method: 'GET',
    path: '/metrics',
    summary: 'Prometheus metrics.',
    access: { kind: 'metrics' },
    reply: { kind: 'text', contentType: 'text/plain; version=0.0.4; charset=utf-8' },
  },
  'system.openapi': {
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This table as an OpenAPI 3.1 document.',
    access: { kind: 'signed' },
    reply: { kind: 'json', schema: z.unknown() },
  },
  'system.welcome': {
    method: 'GET',
    path: '/api/welcome',
    summary:
      'What the sign-in page may say: product version, and demo sign-ins when the demo set is there.',
    access: { kind: 'public' },
    reply: {
      kind: 'json',
      schema: z.object({
        version: z.string(),
        demo: z.array(
          z.object({
            username: z.string(),
            password: z.string(),
            role: z.string(),
            nameZh: z.string(),
            nameEn: z.string(),
          }),
        ),
      }),
    },
  },
});
