import type { z } from 'zod';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import { ProblemReply } from '../../shared/api/endpoints/system.ts';
import type { Upload } from '../../shared/api/endpoints/uploads.ts';
import type { DatedFile } from '../../shared/upload/fingerprint.ts';
import type { SendFailure } from '../../shared/upload/retry-plan.ts';

/** Failing is expected on a poor line, so it is a value. */
export type Outcome<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'failed'; readonly failure: SendFailure };

export interface NewUpload {
  readonly id: string;
  readonly name: string;
  readonly files: readonly DatedFile[];
  readonly fingerprint: string;
}

type Created = z.output<(typeof ENDPOINTS)['upload.create']['reply']['schema']>;
type Finished = z.output<(typeof ENDPOINTS)['upload.finish']['reply']['schema']>;

/** The endpoints of uploads, as a program with an access token calls them. */
export interface ServerCalls {
  create(upload: NewUpload): Promise<Outcome<Created>>;
  get(id: string): Promise<Outcome<Upload>>;
  sendChunk(chunk: {
    readonly id: string;
    readonly index: number;
    /** As Content-Digest (RFC 9530). */
    readonly digestField: string;
    readonly bytes: Uint8Array<ArrayBuffer>;
  }): Promise<Outcome<undefined>>;
  finish(id: string, contentDigest: string): Promise<Outcome<Finished>>;
}

export interface ServerCallsNeeds {
  /** Of the server, for example 'https://slides.example.org'. */
  readonly server: string;
  readonly token: string;
}

/** A megabyte at 50 kbit/s; longer, and the line is taken for dead. */
const TIMEOUT_MS = 180_000;

function failed(failure: SendFailure): { readonly kind: 'failed'; readonly failure: SendFailure } {
  return { kind: 'failed', failure };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** A proxy's page instead of an answer of ours is the line's fault: tried again. */
function refusal(status: number, text: string): Outcome<never> {
  const problem = ProblemReply.safeParse(parseJson(text));
  const code = problem.success ? problem.data.code : 'server.unavailable';
  const seconds = problem.success ? problem.data.fields['retryAfterSeconds'] : undefined;
  const retryAfterMs = typeof seconds === 'number' ? seconds * 1_000 : null;
  return failed({
    kind: 'refused',
    status: problem.success ? status : 502,
    code,
    retryAfterMs,
  });
}

export function createServerCalls({ server, token }: ServerCallsNeeds): ServerCalls {
  const base = server.replace(/\/+$/, '');

  async function call<Value>(
    path: string,
    schema: z.ZodType<Value> | undefined,
    init: RequestInit,
  ): Promise<Outcome<Value>> {
    let status: number;
    let text: string;
    try {
      const headers = new Headers(init.headers);
      headers.set('Authorization', `Bearer ${token}`);
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const reply = await fetch(base + path, { ...init, headers, signal });
      ({ status } = reply);
      text = await reply.text();
      if (!reply.ok) return refusal(status, text);
    } catch {
      // fetch says no more than that no whole answer came: cut, refused, timed out.
      return failed({ kind: 'network' });
    }
    if (schema === undefined) return { kind: 'ok', value: undefined as Value };
    const parsed = schema.safeParse(parseJson(text));
    return parsed.success ? { kind: 'ok', value: parsed.data } : refusal(502, '');
  }

  const json = (body: unknown): RequestInit => ({
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return {
    create: (upload) => call('/api/uploads', ENDPOINTS['upload.create'].reply.schema, json(upload)),
    get: (id) => call(`/api/uploads/${id}`, ENDPOINTS['upload.get'].reply.schema, {}),
    sendChunk: ({ id, index, digestField, bytes }) =>
      call<undefined>(`/api/uploads/${id}/chunks/${index}`, undefined, {
        method: 'PUT',
        headers: {
          'Content-Type': 'application/octet-stream',
          'Content-Digest': digestField,
        },
        body: bytes,
      }),
    finish: (id, contentDigest) =>
      call(
        `/api/uploads/${id}/finish`,
        ENDPOINTS['upload.finish'].reply.schema,
        json({ contentDigest }),
      ),
  };
}
