import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { TOKEN_PREFIX } from '../../shared/access/token.ts';
import { AccountId } from '../../shared/ids.ts';
import { createFloodGate } from './flood-gate.ts';

const READER = AccountId.parse('0198f000-0000-7000-8000-000000000001');
const PROGRAM = AccountId.parse('0198f000-0000-7000-8000-000000000002');

function setUp() {
  return createFloodGate({
    sessions: { lastKnown: (cookie) => (cookie === 'good' ? READER : undefined) },
    tokens: { lastKnown: (header) => (header?.endsWith('good') === true ? PROGRAM : undefined) },
    trust: () => false,
    now: () => 0,
    rules: { account: { perSecond: 1, burst: 2 }, address: { perSecond: 1, burst: 3 } },
  });
}

function from(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

test('who is signed in counts by account, from wherever; the others by address', () => {
  const gate = setUp();
  const unsigned = () => gate(from('192.0.2.1')).kind;
  expect([unsigned(), unsigned(), unsigned()]).toEqual(['pass', 'pass', 'pass']);
  expect(gate(from('192.0.2.1'))).toEqual({
    kind: 'refused',
    by: 'address',
    retryAfterSeconds: 1,
  });
  expect(gate(from('192.0.2.1', { cookie: 'made up' })).kind).toBe('refused');
  expect(gate(from('192.0.2.1', { cookie: 'good' })).kind).toBe('pass');
  expect(gate(from('192.0.2.2', { cookie: 'good' })).kind).toBe('pass');
  expect(gate(from('192.0.2.3', { cookie: 'good' }))).toMatchObject({ by: 'account' });
});

test('a program counts by the account of its token, a proxy’s own password changes nothing', () => {
  const gate = setUp();
  const program = { authorization: `Bearer ${TOKEN_PREFIX}good` };
  const behindBasic = { authorization: 'Basic dXNlcjpwYXNz', cookie: 'good' };
  for (let i = 0; i < 2; i++) expect(gate(from('192.0.2.1', program)).kind).toBe('pass');
  expect(gate(from('192.0.2.1', program))).toMatchObject({ by: 'account' });
  for (let i = 0; i < 2; i++) expect(gate(from('192.0.2.1', behindBasic)).kind).toBe('pass');
  expect(gate(from('192.0.2.1', behindBasic))).toMatchObject({ by: 'account' });
});
