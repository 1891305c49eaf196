import type { z } from 'zod';
import type { BodyInput, ReplyOf } from '../../../shared/api/endpoint.ts';
import { PAGE_ENDPOINTS, type PageEndpointOf } from '../../../shared/api/page-endpoints.ts';
import { type Upload, WantedLine } from '../../../shared/api/endpoints/uploads.ts';
import { readLines } from '../../../shared/api/read-lines.ts';
import type { ErrorFields } from '../../../shared/errors/app-error.ts';
import type { UploadId } from '../../../shared/ids.ts';
import { formatChunkDigests } from '../../../shared/upload/digest-field.ts';
import type { SendFailure } from '../../../shared/upload/retry-plan.ts';
import { OWN_PAGE_HEADER, readProblem } from '../call.ts';
import { textParts } from '../stream-text.ts';
import { urlOf } from '../url.ts';

/** Failing is expected on a poor line, so it is a value. Only an abort throws. */
export type ApiOutcome<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'failed'; readonly failure: SendFailure; readonly fields: ErrorFields };

type Reply<Name extends 'upload.create' | 'upload.finish'> = ReplyOf<PageEndpointOf<Name>>;

/** Chunks that travel in one request, the first first. */
export interface OutgoingParcel {
  readonly uploadId: UploadId;
  readonly chunks: readonly OutgoingChunk[];
}

export interface OutgoingChunk {
  readonly index: number;
  /** SHA-256, hex, of exactly these bytes. */
  readonly sha256: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The endpoints of uploads as the engine calls them. */
export interface UploadApi {
  create(
    body: BodyInput<PageEndpointOf<'upload.create'>>,
    signal: AbortSignal,
  ): Promise<ApiOutcome<Reply<'upload.create'>>>;
  get(id: UploadId, signal: AbortSignal): Promise<ApiOutcome<Upload>>;
  /** Tells what is wanted, and again whenever that changes, until the answer ends. */
  wanted(onLine: (line: WantedLine) => void, signal: AbortSignal): Promise<ApiOutcome<undefined>>;
  sendParcel(parcel: OutgoingParcel, signal: AbortSignal): Promise<ApiOutcome<undefined>>;
  finish(
    id: UploadId,
    contentDigest: string,
    signal: AbortSignal,
  ): Promise<ApiOutcome<Reply<'upload.finish'>>>;
  cancel(id: UploadId, signal: AbortSignal): Promise<ApiOutcome<undefined>>;
}

/** A megabyte at 50 kbit/s. Longer than that, and the line is taken for dead. */
const TIMEOUT_MS = 180_000;

interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const NO_ANSWER = { kind: 'failed', failure: { kind: 'network' }, fields: {} } as const;

async function refusal(response: Response): Promise<ApiOutcome<never>> {
  const problem = await readProblem(response);
  const seconds = problem.fields['retryAfterSeconds'];
  const retryAfterMs = typeof seconds === 'number' ? seconds * 1000 : null;
  const { status } = response;
  const failure = { kind: 'refused', status, code: problem.code, retryAfterMs } as const;
  return { kind: 'failed', failure, fields: problem.fields };
}

async function parsed<Value>(
  response: Response,
  schema: z.ZodType<Value> | undefined,
): Promise<ApiOutcome<Value>> {
  if (schema === undefined) return { kind: 'ok', value: undefined as Value };
  const reply = schema.safeParse(JSON.parse(await response.text()));
  if (reply.success) return { kind: 'ok', value: reply.data };
  const failure = {
    kind: 'refused',
    status: 502,
    code: 'reply.unexpected',
    retryAfterMs: null,
  } as const;
  return { kind: 'failed', failure, fields: {} };
}

async function send<Value>(
  fetch: Fetch,
  { method, url, headers, body }: Request,
  signal: AbortSignal,
  schema: z.ZodType<Value> | undefined,
): Promise<ApiOutcome<Value>> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...OWN_PAGE_HEADER, ...headers },
      body: body ?? null,
      credentials: 'same-origin',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return response.ok ? await parsed(response, schema) : await refusal(response);
  } catch (cause) {
    if (signal.aborted) throw cause;
    // fetch says no more than that no whole answer came: cut, refused, timed out, or cut in its body.
    return NO_ANSWER;
  }
}

async function followWanted(
  fetch: Fetch,
  onLine: (line: WantedLine) => void,
  signal: AbortSignal,
): Promise<ApiOutcome<undefined>> {
  try {
    const init = { headers: OWN_PAGE_HEADER, credentials: 'same-origin', signal } as const;
    const response = await fetch(urlOf('upload.wanted', {}), { method: 'GET', ...init });
    if (!response.ok) return await refusal(response);
    for await (const line of readLines(textParts(response), WantedLine)) onLine(line);
    return { kind: 'ok', value: undefined };
  } catch (cause) {
    if (signal.aborted) throw cause;
    return NO_ANSWER;
  }
}

function joined(chunks: readonly OutgoingChunk[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of chunks) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

function json(body: unknown): Pick<Request, 'headers' | 'body'> {
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

/** @param fetch given, so that the same engine runs against any server and any line */
export function createUploadApi(fetch: Fetch): UploadApi {
  return {
    create: (body, signal) =>
      send(
        fetch,
        { method: 'POST', url: urlOf('upload.create', {}), ...json(body) },
        signal,
        PAGE_ENDPOINTS['upload.create'].reply.schema,
      ),
    get: (uploadId, signal) =>
      send(
        fetch,
        { method: 'GET', url: urlOf('upload.get', { uploadId }) },
        signal,
        PAGE_ENDPOINTS['upload.get'].reply.schema,
      ),
    wanted: (onLine, signal) => followWanted(fetch, onLine, signal),
    sendParcel: ({ uploadId, chunks }, signal) =>
      send<undefined>(
        fetch,
        {
          method: 'PUT',
          url: urlOf('upload.parcel', { uploadId }),
          headers: {
            'Content-Type': 'application/octet-stream',
            'Chunk-Digests': formatChunkDigests(chunks),
          },
          body: joined(chunks),
        },
        signal,
        undefined,
      ),
    finish: (uploadId, contentDigest, signal) =>
      send(
        fetch,
        { method: 'POST', url: urlOf('upload.finish', { uploadId }), ...json({ contentDigest }) },
        signal,
        PAGE_ENDPOINTS['upload.finish'].reply.schema,
      ),
    cancel: (uploadId, signal) =>
      send<undefined>(
        fetch,
        { method: 'DELETE', url: urlOf('upload.cancel', { uploadId }) },
        signal,
        undefined,
      ),
  };
}
