import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Endpoint } from '../../shared/api/endpoint.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { AppDeps } from './app-deps.ts';
import { bringsAccessToken, type SignIn } from './authenticate.ts';
import { admit } from './authorise.ts';
import { isOfThisHost } from './cross-site.ts';
import { asAppError, sendProblem } from './problem.ts';

/** Takes over a connection that was admitted. */
export type AcceptSocket = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  signIn: SignIn,
) => void;

export interface UpgradeNeeds
  extends Pick<AppDeps, 'sessions' | 'limits' | 'log' | 'newRequestId'> {
  /** Name and entry of the table. */
  readonly endpoint: readonly [string, Endpoint];
  readonly accept: AcceptSocket;
  /** Whether a peer's X-Forwarded-* count, as Express compiled "trust proxy". */
  readonly trusts: (address: string, hop: number) => boolean;
  readonly isStopping: () => boolean;
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(',')[0]?.trim();
}

interface Caller {
  readonly host: string | undefined;
  readonly address: string;
}

/** The nearest address that no proxy of ours has: what stands further left, its sender may have made up. */
function addressOf(
  near: string,
  forwarded: string | undefined,
  trusts: UpgradeNeeds['trusts'],
): string {
  const further = (forwarded ?? '').split(',').map((one) => one.trim());
  const all = [near, ...further.filter((one) => one !== '').reverse()];
  return all.find((address, hop) => !trusts(address, hop)) ?? all.at(-1) ?? near;
}

function callerOf({ headers, socket }: IncomingMessage, { trusts }: UpgradeNeeds): Caller {
  const address = socket.remoteAddress ?? '';
  if (!trusts(address, 0)) return { host: headers.host, address };
  return {
    host: firstOf(headers['x-forwarded-host']) ?? headers.host,
    address: addressOf(address, [headers['x-forwarded-for']].flat().join(','), trusts),
  };
}

/**
 * A browser lets any page open a WebSocket to any host, cookies included (RFC 6455, 10.2): only pages of this
 * host may. A program without an Origin has no cookie of a person.
 * @throws AppError 'request.cross-site'
 */
function refuseOtherPages({ headers }: IncomingMessage, host: string | undefined): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') {
    throw new AppError('request.cross-site', `Sec-Fetch-Site: ${site}`);
  }
  if (headers.origin === undefined || !isOfThisHost(headers.origin, host)) {
    throw new AppError('request.cross-site', 'Origin is another host');
  }
}

/** The story of an upgrade: limit, who, may they at all, is it our page, which protocol. */
async function admitUpgrade(needs: UpgradeNeeds, request: IncomingMessage): Promise<SignIn> {
  const [name, endpoint] = needs.endpoint;
  const { headers, url } = request;
  if (url?.split('?')[0] !== endpoint.path || headers.upgrade?.toLowerCase() !== 'websocket') {
    throw new AppError('request.not-found', 'nothing to upgrade');
  }
  if (needs.isStopping()) throw new AppError('server.unavailable', 'stopping');
  const { host, address } = callerOf(request, needs);
  // The live channel is for people: a program with a token is refused like anybody who is not signed in.
  const signIn = bringsAccessToken(headers.authorization)
    ? undefined
    : await needs.sessions.identify(headers.cookie);
  if (signIn === undefined) await needs.limits.unsigned.consume(address);
  else await needs.limits.signed.consume(signIn.id);
  refuseOtherPages(request, host);
  admit(name, endpoint, signIn);
  const wanted = firstOf(headers['sec-websocket-protocol']);
  if (endpoint.reply.kind !== 'socket' || wanted !== endpoint.reply.protocol) {
    throw new AppError('request.invalid', 'another sub-protocol');
  }
  if (signIn === undefined) throw new AppError('access.unsigned', `${name} without a sign-in`);
  return signIn;
}

function refuse(needs: UpgradeNeeds, request: IncomingMessage, error: AppError): void {
  const { socket } = request;
  const requestId = needs.newRequestId();
  needs.log.debug({ requestId, code: error.code, reason: error.message }, 'upgrade refused');
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  sendProblem(response, error, requestId);
}

/** Never rejects: whatever is wrong is answered. */
async function answerUpgrade(
  needs: UpgradeNeeds,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  // Without a listener a line that breaks meanwhile would end the process.
  const onBroken = () => socket.destroy();
  socket.on('error', onBroken);
  try {
    const signIn = await admitUpgrade(needs, request);
    if (socket.destroyed) return;
    socket.off('error', onBroken);
    needs.accept(request, socket, head, signIn);
  } catch (cause) {
    const error = asAppError(cause);
    if (error.code === 'server.internal') needs.log.error({ err: cause }, 'upgrade failed');
    if (!socket.destroyed) refuse(needs, request, error);
  }
}

/** Answers requests to change the protocol: of one path, to who is signed in, from a page of this host. */
export function createUpgradeRoute(needs: UpgradeNeeds) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    void answerUpgrade(needs, request, socket, head);
  };
}
