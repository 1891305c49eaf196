import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { asAppError } from './problem.ts';

test('a database that is away, or has no connection free, is a pause and no failure', () => {
  const away = [
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    new Error('timeout exceeded when trying to connect'),
  ];
  for (const cause of away) {
    expect(asAppError(cause)).toMatchObject({
      code: 'server.unavailable',
      fields: { retryAfterSeconds: 1 },
    });
  }
});

test('what is not expected is a failure of ours, and a named one keeps its name', () => {
  const missing = Object.assign(new Error('open'), { code: 'ENOENT' });
  for (const cause of [missing, new Error('anything'), 'a string']) {
    expect(asAppError(cause).code).toBe('server.internal');
  }
  const named = new AppError('tile.outside', 'no such tile');
  expect(asAppError(named)).toBe(named);
});
