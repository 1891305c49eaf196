import { expect, test } from 'vitest';
import { describeDevice } from './describe-device.ts';

test('a browser is named with its version and system, Edge before the Chrome that it claims to be', () => {
  expect(
    describeDevice(
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
    ),
  ).toBe('Edge 141 · Windows');
});

test('an iPhone is not taken for a Mac', () => {
  expect(
    describeDevice(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    ),
  ).toBe('Safari 18 · iOS');
});

test('what is not recognised is said to be unknown, not guessed', () => {
  expect(describeDevice('curl/8.5')).toBeNull();
});
