import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { addressKey, clientAddress } from './client-address.ts';

function requestFrom(remoteAddress: string, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

test('without a trusted proxy the header says nothing', () => {
  const trust = () => false;
  expect(clientAddress(requestFrom('10.0.0.9', '1.2.3.4'), trust)).toBe('10.0.0.9');
});

test('behind one proxy it is the last that the proxy has seen, whatever the caller claims', () => {
  const trust = (_: string, hop: number) => hop < 1;
  const request = requestFrom('10.0.0.9', '6.6.6.6, 1.2.3.4');
  expect(clientAddress(request, trust)).toBe('1.2.3.4');
});

test('who is trusted all along the way, the first is taken', () => {
  const trust = () => true;
  expect(clientAddress(requestFrom('10.0.0.9', '1.2.3.4, 10.0.0.8'), trust)).toBe('1.2.3.4');
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('%s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});
