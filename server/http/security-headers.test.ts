import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { contentSecurityPolicy } from './security-headers.ts';

test('the style that OpenSeadragon puts into the page is the one that the policy admits', async () => {
  const file = createRequire(import.meta.url).resolve('openseadragon');
  const source = await readFile(file, 'utf8');
  const literal = /mobile-css', 'true'\);\s+style\.textContent =([\s\S]*?)document\.head/;
  const parts = literal.exec(source)?.[1]?.matchAll(/'([^']*)'/g) ?? [];
  const style = [...parts].map(([, text]) => text).join('');
  expect(style).toContain('.openseadragon-canvas:focus');
  const hash = createHash('sha256').update(style).digest('base64');
  expect(contentSecurityPolicy('nonce')).toContain(`'sha256-${hash}'`);
});

test('no page may run a script that is not a file of ours, nor be framed', () => {
  const policy = contentSecurityPolicy('nonce');
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("object-src 'none'");
});
