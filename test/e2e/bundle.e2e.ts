import { gzipSync } from 'node:zlib';
import { expect, test } from './product.ts';

const BUDGET_BYTES = 260_000;

test('the list of slides needs at most 260 kB of script, and no viewer', async ({ as }) => {
  const page = await as('expert');
  const scripts = new Map<string, Promise<number>>();
  page.on('response', (response) => {
    if (!/\/assets\/.*\.js$/.test(response.url())) return;
    scripts.set(
      response.url(),
      response.body().then((body) => gzipSync(body).length),
    );
  });
  await page.goto('/slides');
  await page.getByRole('row').first().waitFor();
  await page.waitForLoadState('networkidle');
  const sizes = await Promise.all(scripts.values());
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  test
    .info()
    .annotations.push({ type: 'script', description: `${Math.round(total / 1000)} kB gzipped` });
  expect(sizes.length).toBeGreaterThan(0);
  expect(total).toBeLessThanOrEqual(BUDGET_BYTES);
  expect([...scripts.keys()].join(' ')).not.toContain('workstation');
});
