import type { IncomingMessage } from 'node:http';

/** Whether the hop with this address, counted from the server, may say who called it. */
export type TrustHop = (address: string, hop: number) => boolean;

/**
 * The address that a request came from, past the proxies that are trusted; as Express's `request.ip`, for
 * what is decided before Express.
 */
export function clientAddress(request: IncomingMessage, trust: TrustHop): string {
  const direct = request.socket.remoteAddress ?? '';
  const header = request.headers['x-forwarded-for'];
  if (header === undefined || !trust(direct, 0)) return direct;
  const forwarded = String(header).split(',').reverse();
  let address = direct;
  for (const [index, entry] of forwarded.entries()) {
    address = entry.trim();
    if (!trust(address, index + 1)) return address;
  }
  return address;
}

/** One caller has all the addresses of an IPv6 /64 (RFC 4291, 2.5.1): they count as one. */
export function addressKey(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':');
}
