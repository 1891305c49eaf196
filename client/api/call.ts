import type {
  BodyInput,
  Endpoint,
  ParamsInput,
  QueryInput,
  ReplyOf,
} from '../../shared/api/endpoint.ts';
import {
  type PageEndpointName,
  type PageEndpointOf,
  PAGE_ENDPOINTS,
} from '../../shared/api/page-endpoints.ts';
import { ProblemReply } from '../../shared/api/endpoints/system.ts';
import { isErrorCode } from '../../shared/errors/app-error.ts';
import { pageLine } from './line-meter.ts';
import { RequestError } from './request-error.ts';
import { addressOf } from './url.ts';

type ParamsPart<E extends Endpoint> = E extends { readonly params: object }
  ? { readonly params: ParamsInput<E> }
  : { readonly params?: never };
type QueryPart<E extends Endpoint> = E extends { readonly query: object }
  ? { readonly query?: QueryInput<E> }
  : { readonly query?: never };
type BodyPart<E extends Endpoint> = E extends { readonly body: object }
  ? { readonly body: BodyInput<E> }
  : { readonly body?: never };

export type CallInput<Name extends PageEndpointName> = ParamsPart<PageEndpointOf<Name>> &
  QueryPart<PageEndpointOf<Name>> &
  BodyPart<PageEndpointOf<Name>> & { readonly signal?: AbortSignal | undefined };

type CallArguments<Name extends PageEndpointName> =
  Record<never, never> extends CallInput<Name>
    ? [input?: CallInput<Name>]
    : [input: CallInput<Name>];

export interface PlainInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** The header by which the server knows that the call comes from this page and not from another site. */
export const OWN_PAGE_HEADER = { 'X-Farscope': '1' } as const;

async function send(endpoint: Endpoint, url: string, input: PlainInput): Promise<Response> {
  const hasBody = input.body !== undefined;
  const metered = pageLine.begin();
  try {
    const response = await fetch(url, {
      method: endpoint.method,
      headers: hasBody
        ? { ...OWN_PAGE_HEADER, 'Content-Type': 'application/json' }
        : OWN_PAGE_HEADER,
      body: hasBody ? JSON.stringify(input.body) : null,
      signal: input.signal ?? null,
      credentials: 'same-origin',
    });
    // What is sent along, or changed by the server, would be measured as the line.
    if (endpoint.method === 'GET') metered.headCame();
    return response;
  } catch (cause) {
    if (input.signal?.aborted === true) throw cause;
    throw new RequestError('network.unreachable', `${endpoint.method} ${endpoint.path}`, { cause });
  } finally {
    metered.ended();
  }
}

/** Reads the server's own account of a failure; a proxy's page becomes a named error too. */
export async function readProblem(response: Response): Promise<RequestError> {
  const text = await response.text();
  const said = ProblemReply.safeParse(parseJson(text));
  if (!said.success) {
    const code = response.status === 413 ? 'request.too-large' : 'server.unavailable';
    return new RequestError(code, `status ${response.status} without a problem reply`);
  }
  const { code, fields, requestId, issues } = said.data;
  const known = isErrorCode(code) ? code : 'server.internal';
  return new RequestError(known, code, { fields, requestId, issues: issues ?? [] });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function readReply(endpoint: Endpoint, response: Response): Promise<unknown> {
  if (endpoint.reply.kind !== 'json') return undefined;
  const parsed = endpoint.reply.schema.safeParse(parseJson(await response.text()));
  if (parsed.success) return parsed.data;
  throw new RequestError('reply.unexpected', `${endpoint.method} ${endpoint.path}`, {
    cause: parsed.error,
    requestId: response.headers.get('x-request-id'),
  });
}

/** What call() does, without its types: for code that passes a call on. */
export async function performCall(name: PageEndpointName, input: PlainInput): Promise<unknown> {
  const endpoint: Endpoint = PAGE_ENDPOINTS[name];
  const response = await send(endpoint, addressOf(endpoint, input.params, input.query), input);
  if (!response.ok) throw await readProblem(response);
  return readReply(endpoint, response);
}

/**
 * Calls an endpoint of the table: `call('slide.get', { params: { slideId }, signal })`.
 * The reply is parsed; every failure but an abort is a RequestError with a code that has words.
 * Image endpoints are not called but addressed: see urlOf().
 */
export async function call<Name extends PageEndpointName>(
  name: Name,
  ...given: CallArguments<Name>
): Promise<ReplyOf<PageEndpointOf<Name>>> {
  // What one of all endpoints takes is too large a union for the compiler to compare.
  const [plain = {}] = given as unknown as readonly [PlainInput?];
  return (await performCall(name, plain)) as ReplyOf<PageEndpointOf<Name>>; // parsed by its schema above
}
