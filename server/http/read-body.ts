import type { IncomingMessage } from 'node:http';
import { Transform, type Readable } from 'node:stream';
import { AppError } from '../../shared/errors/app-error.ts';
import { InvalidRequest } from './problem.ts';

/** JSON bodies; the largest honest one lists the files of a DICOM folder. */
export const MAX_JSON_BYTES = 1 << 20;

function tooLarge(limit: number): AppError {
  return new AppError('request.too-large', `more than ${limit} bytes`, { fields: { limit } });
}

function refuseDeclared(request: IncomingMessage, limit: number): void {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw tooLarge(limit);
  const encoding = request.headers['content-encoding'];
  // A compressed body could unfold to any size.
  if (encoding !== undefined && encoding !== 'identity') {
    throw new InvalidRequest('a compressed body');
  }
}

async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let total = 0;
  // Ending the loop early must not cut the connection: the refusal still has to go out.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    total += part.length;
    if (total > limit) throw tooLarge(limit);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) {
      throw new InvalidRequest('the body is not JSON in UTF-8');
    }
    throw cause;
  }
}

/**
 * A JSON body of at most `limit` bytes.
 * @throws AppError 'request.too-large', 'request.invalid'
 */
export async function readJsonBody(
  request: IncomingMessage,
  limit = MAX_JSON_BYTES,
): Promise<unknown> {
  refuseDeclared(request, limit);
  const type = request.headers['content-type'] ?? '';
  // A form of another site cannot send this type without asking first (CORS).
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new InvalidRequest('Content-Type is not application/json');
  }
  return parseJson(await readBytes(request, limit));
}

/** The raw body as a stream that fails with 'request.too-large' past `limit` bytes. */
export function limitedBody(request: IncomingMessage, limit: number): Readable {
  refuseDeclared(request, limit);
  let total = 0;
  const limited = new Transform({
    transform(part: Buffer, _encoding, done) {
      total += part.length;
      if (total > limit) done(tooLarge(limit));
      else done(null, part);
    },
  });
  // Without a listener, a caller who hangs up before the handler reads would end the process.
  limited.on('error', () => undefined);
  request.on('error', (error) => limited.destroy(error));
  request.on('close', () => {
    if (!request.complete) limited.destroy(new InvalidRequest('the caller hung up'));
  });
  return request.pipe(limited);
}
