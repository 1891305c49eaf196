import type { z } from 'zod';
import type { BodyInput, ReplyOf } from '../../../shared/api/endpoint.ts';
import { ENDPOINTS, type EndpointOf } from '../../../shared/api/endpoints.ts';
import type { Upload } from '../../../shared/api/endpoints/uploads.ts';
import type { ErrorFields } from '../../../shared/errors/app-error.ts';
import type { UploadId } from '../../../shared/ids.ts';
import { formatDigestField } from '../../../shared/upload/digest-field.ts';
import type { SendFailure } from '../../../shared/upload/retry-plan.ts';
import { OWN_PAGE_HEADER, readProblem } from '../call.ts';
import { urlOf } from '../url.ts';

/** Failing is expected on a poor line, so it is a value. Only an abort throws. */
export type ApiOutcome<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'failed'; readonly failure: SendFailure; readonly fields: ErrorFields };

type Reply<Name extends 'upload.create' | 'upload.finish' | 'upload.wanted'> = ReplyOf<
  EndpointOf<Name>
>;

export interface OutgoingChunk {
  readonly uploadId: UploadId;
  readonly index: number;
  /** SHA-256, hex, of exactly these bytes. */
  readonly sha256: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The endpoints of uploads as the engine calls them. */
export interface UploadApi {
  create(
    body: BodyInput<EndpointOf<'upload.create'>>,
    signal: AbortSignal,
  ): Promise<ApiOutcome<Reply<'upload.create'>>>;
  get(id: UploadId, signal: AbortSignal): Promise<ApiOutcome<Upload>>;
  /** Answered when it is no more what it was at `since`, or after some seconds. */
  wanted(
    since: number | undefined,
    signal: AbortSignal,
  ): Promise<ApiOutcome<Reply<'upload.wanted'>>>;
  sendChunk(chunk: OutgoingChunk, signal: AbortSignal): Promise<ApiOutcome<undefined>>;
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
        ENDPOINTS['upload.create'].reply.schema,
      ),
    get: (uploadId, signal) =>
      send(
        fetch,
        { method: 'GET', url: urlOf('upload.get', { uploadId }) },
        signal,
        ENDPOINTS['upload.get'].reply.schema,
      ),
    wanted: (since, signal) =>
      send(
        fetch,
        { method: 'GET', url: urlOf('upload.wanted', {}, since === undefined ? {} : { since }) },
        signal,
        ENDPOINTS['upload.wanted'].reply.schema,
      ),
    sendChunk: ({ uploadId, index, sha256, bytes }, signal) =>
      send<undefined>(
        fetch,
        {
          method: 'PUT',
          url: urlOf('upload.chunk', { uploadId, index }),
          headers: {
            'Content-Type': 'application/octet-stream',
            'Content-Digest': formatDigestField(sha256),
          },
          body: bytes,
        },
        signal,
        undefined,
      ),
    finish: (uploadId, contentDigest, signal) =>
      send(
        fetch,
        { method: 'POST', url: urlOf('upload.finish', { uploadId }), ...json({ contentDigest }) },
        signal,
        ENDPOINTS['upload.finish'].reply.schema,
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
