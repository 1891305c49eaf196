import { expect, test } from 'vitest';
import { PAGE_ENDPOINTS } from '../../shared/api/page-endpoints.ts';
import { readProblem } from './call.ts';
import { addressOf } from './url.ts';

const problem = (body: unknown, status: number) =>
  readProblem(new Response(JSON.stringify(body), { status }));

test('the server’s own account of a failure keeps its code, fields, request number and field issues', async () => {
  const error = await problem(
    {
      code: 'request.invalid',
      fields: {},
      requestId: 'r-1',
      issues: [{ path: 'username', message: 'too short' }],
    },
    400,
  );
  expect(error.code).toBe('request.invalid');
  expect(error.requestId).toBe('r-1');
  expect(error.issues).toEqual([{ path: 'username', message: 'too short' }]);
});

test('a code from a newer server is shown as a failure of the server, with its request number', async () => {
  const error = await problem({ code: 'case.locked', fields: {}, requestId: 'r-2' }, 409);
  expect(error.code).toBe('server.internal');
  expect(error.requestId).toBe('r-2');
});

test('a page that a proxy put in the place of a reply becomes a named failure too', async () => {
  const gateway = await readProblem(new Response('<html>502</html>', { status: 502 }));
  expect(gateway.code).toBe('server.unavailable');
  expect(gateway.requestId).toBeNull();
  const large = await readProblem(new Response('<html>413</html>', { status: 413 }));
  expect(large.code).toBe('request.too-large');
});

test('an address carries its values encoded, and leaves out what is not set', () => {
  const slide = addressOf(PAGE_ENDPOINTS['slide.get'], { slideId: 'a/b?c' });
  expect(slide).toBe('/api/slides/a%2Fb%3Fc');
  const list = addressOf(
    PAGE_ENDPOINTS['slide.list'],
    {},
    { search: 'H&E 染色', limit: 5, cursor: undefined },
  );
  expect(list).toBe('/api/slides?search=H%26E+%E6%9F%93%E8%89%B2&limit=5');
});
