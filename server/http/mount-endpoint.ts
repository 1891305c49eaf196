import type { Express, Request, Response } from 'express';
import { AppError } from '../../shared/errors/app-error.ts';
import type { Endpoint } from '../../shared/api/endpoint.ts';
import type { Resource } from '../../shared/access/can.ts';
import type { AppDeps } from './app-deps.ts';
import { bringsAccessToken, type SignIn } from './authenticate.ts';
import { admit, authorise } from './authorise.ts';
import { setCookies } from './cookies.ts';
import type { BytesReply, CookieChange, StreamReply } from './handler.ts';
import { maySeeMetrics } from './metrics-access.ts';
import { invalidFromZod } from './problem.ts';
import { limitedBody, MAX_JSON_BYTES, readJsonBody } from './read-body.ts';
import { requestIdOf } from './request-log.ts';
import { sendParts } from './send-parts.ts';

/** A handler without its types: the table's schemas have checked what goes in and check what comes out. */
export type AnyHandler = (request: {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly actor: SignIn['actor'] | undefined;
  readonly resource: Resource | null;
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly address: string;
  readonly origin: string;
  header(name: string): string | undefined;
}) => Promise<unknown>;

interface Answer {
  readonly reply: unknown;
  readonly status: number | undefined;
  readonly cookies: readonly CookieChange[];
  readonly headers: Readonly<Record<string, string>>;
}

function parsePart(
  endpoint: Endpoint,
  where: 'params' | 'query' | 'body',
  value: unknown,
): unknown {
  const schema = endpoint[where];
  if (schema === undefined || schema === 'bytes') return {};
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidFromZod(where, parsed.error);
  return parsed.data;
}

async function readBody(endpoint: Endpoint, request: Request): Promise<unknown> {
  if (endpoint.body === undefined) return undefined;
  if (endpoint.body === 'bytes') return limitedBody(request, endpoint.maxBodyBytes ?? 0);
  const json = await readJsonBody(request, endpoint.maxBodyBytes ?? MAX_JSON_BYTES);
  return parsePart(endpoint, 'body', json);
}

function hangUpSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new Error('the caller hung up'));
  });
  return controller.signal;
}

function answerOf(result: unknown): Answer {
  if (typeof result === 'object' && result !== null && 'reply' in result) {
    const { reply, status, cookies, headers } = result as {
      reply: unknown;
      status?: number;
      cookies?: readonly CookieChange[];
      headers?: Readonly<Record<string, string>>;
    };
    return { reply, status, cookies: cookies ?? [], headers: headers ?? {} };
  }
  return { reply: result, status: undefined, cookies: [], headers: {} };
}

function sendBytes(response: Response, { bytes, contentType, cacheControl }: BytesReply): void {
  const body =
    typeof bytes === 'string'
      ? Buffer.from(bytes)
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  response.setHeader('Content-Type', contentType);
  response.setHeader('Cache-Control', cacheControl);
  response.setHeader('Content-Length', body.byteLength);
  response.end(body);
}

/** @throws AppError 'server.internal' when the reply is not what the table promises */
async function send(
  name: string,
  endpoint: Endpoint,
  response: Response,
  answer: Answer,
): Promise<void> {
  const { reply } = endpoint;
  if (reply.kind === 'stream') {
    await sendParts(response, reply.contentType, (answer.reply as StreamReply).parts);
    return;
  }
  if (reply.kind === 'bytes' || reply.kind === 'text') {
    response.status(answer.status ?? 200);
    sendBytes(response, answer.reply as BytesReply);
    return;
  }
  response.setHeader('Cache-Control', 'no-store');
  if (reply.kind === 'empty' || reply.kind === 'socket') {
    response.status(answer.status ?? 204).end();
    return;
  }
  const checked = reply.schema.safeParse(answer.reply);
  if (!checked.success) {
    throw new AppError('server.internal', `the reply of ${name} does not fit`, {
      cause: checked.error,
    });
  }
  response.status(answer.status ?? 200).json(checked.data);
}

/** A person by the cookie, or a program by its token; where a token comes, no cookie counts. */
async function identifyCaller(
  { sessions, tokens }: AppDeps,
  { headers }: Request,
  response: Response,
): Promise<SignIn | undefined> {
  if (!bringsAccessToken(headers.authorization)) return await sessions.identify(headers.cookie);
  const signIn = await tokens.identify(headers.authorization);
  // RFC 6750, 3: says why, beside the 401 that follows.
  if (signIn === undefined) response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"');
  return signIn;
}

async function takeFromLimit(
  { limits }: AppDeps,
  signIn: SignIn | undefined,
  address: string,
): Promise<void> {
  if (signIn === undefined) await limits.unsigned.consume(address);
  else if (signIn.actor.tokenPurpose === undefined) await limits.signed.consume(signIn.id);
  else await limits.token.consume(signIn.id);
}

/** The story of a request: limit, who, may they at all, which thing, may they with it, what, answer. */
async function serve(
  deps: AppDeps,
  [name, endpoint, handler]: readonly [string, Endpoint, AnyHandler],
  request: Request,
  response: Response,
): Promise<void> {
  const address = request.ip ?? '';
  const signIn = await identifyCaller(deps, request, response);
  if (request.path.startsWith('/api')) await takeFromLimit(deps, signIn, address);
  admit(name, endpoint, signIn);
  if (endpoint.access.kind === 'metrics') maySeeMetrics(deps, request, signIn?.actor);
  const params = parsePart(endpoint, 'params', request.params);
  const actor = signIn?.actor;
  const resource = await authorise(
    deps,
    endpoint,
    actor,
    params as Readonly<Record<string, unknown>>,
  );
  const query = parsePart(endpoint, 'query', request.query);
  const result = await handler({
    params,
    query,
    body: await readBody(endpoint, request),
    actor,
    resource,
    requestId: requestIdOf(response),
    signal: hangUpSignal(response),
    address,
    origin: `${request.protocol}://${request.host}`,
    header: (header) => request.get(header),
  });
  const answer = answerOf(result);
  setCookies(response, answer.cookies, deps.secureCookies || request.secure);
  response.set(answer.headers);
  await send(name, endpoint, response, answer);
}

/** Mounts one entry of the endpoint table. */
export function mountEndpoint(
  app: Express,
  deps: AppDeps,
  name: string,
  endpoint: Endpoint,
  handler: AnyHandler,
): void {
  const method = endpoint.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
  app[method](endpoint.path, async (request: Request, response: Response) => {
    response.locals['route'] = endpoint.path;
    await serve(deps, [name, endpoint, handler], request, response);
  });
}
