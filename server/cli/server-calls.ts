import type { z } from 'zod';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import { ProblemReply } from '../../shared/api/endpoints/system.ts';
import { type Upload, WantedLine } from '../../shared/api/endpoints/uploads.ts';
import { readLines } from '../../shared/api/read-lines.ts';
import { type ChunkDigest, formatChunkDigests } from '../../shared/upload/digest-field.ts';
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
  sendParcel(parcel: {
    readonly id: string;
    /** In the order of the body. */
    readonly chunks: readonly ChunkDigest[];
    readonly body: Uint8Array<ArrayBuffer>;
  }): Promise<Outcome<undefined>>;
  /** Tells what readers wait for, and again whenever that changes, until the answer ends. */
  wanted(onLine: (line: WantedLine) => void, signal: AbortSignal): Promise<Outcome<undefined>>;
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

async function* textParts(reply: Response): AsyncGenerator<string> {
  if (reply.body === null) return;
  const decoder = new TextDecoder();
  for await (const part of reply.body) yield decoder.decode(part, { stream: true });
}

async function followWanted(
  { base, token }: { readonly base: string; readonly token: string },
  onLine: (line: WantedLine) => void,
  signal: AbortSignal,
): Promise<Outcome<undefined>> {
  try {
    const headers = { Authorization: `Bearer ${token}` };
    const reply = await fetch(`${base}/api/wanted-chunks`, { headers, signal });
    if (!reply.ok) return refusal(reply.status, await reply.text());
    for await (const line of readLines(textParts(reply), WantedLine)) onLine(line);
    return { kind: 'ok', value: undefined };
  } catch {
    // Cut, or ended by us: asked again or not, by who called.
    return failed({ kind: 'network' });
  }
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
    sendParcel: ({ id, chunks, body }) =>
      call<undefined>(`/api/uploads/${id}/chunks`, undefined, {
        method: 'PUT',
        headers: {
          'Content-Type': 'application/octet-stream',
          'Chunk-Digests': formatChunkDigests(chunks),
        },
        body,
      }),
    wanted: (onLine, signal) => followWanted({ base, token }, onLine, signal),
    finish: (id, contentDigest) =>
      call(
        `/api/uploads/${id}/finish`,
        ENDPOINTS['upload.finish'].reply.schema,
        json({ contentDigest }),
      ),
  };
}
