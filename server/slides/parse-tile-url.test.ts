import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TileParams, tilePath } from '../../shared/slide/tile-address.ts';
import { SlideId } from '../../shared/ids.ts';
import { parseTileUrl } from './parse-tile-url.ts';

const index = fc.integer({ min: 0, max: 0xffff_ffff });
const address = fc.record({
  slideId: fc.uuid(),
  revision: index,
  level: fc.integer({ min: 0, max: 63 }),
  column: index,
  row: index,
});

/** As Express cuts the path up, for the schema. */
function throughSchema(url: string): TileParams | undefined {
  const match = /^\/api\/slides\/([^/]+)\/tiles\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(url);
  if (match === null) return undefined;
  const [, slideId, revision, level, column, row] = match;
  const parsed = TileParams.safeParse({ slideId, revision, level, column, row });
  return parsed.success ? parsed.data : undefined;
}

test('every address that tilePath writes is understood, and as the schema understands it', () => {
  fc.assert(
    fc.property(address, (tile) => {
      const url = tilePath(SlideId.parse(tile.slideId), tile.revision, tile);
      expect(parseTileUrl(url)).toEqual(throughSchema(url));
      expect(parseTileUrl(url)).toEqual(tile);
    }),
  );
});

const odd = fc.oneof(
  index.map(String),
  fc.constantFrom(
    '',
    '00',
    '01',
    '-1',
    '+1',
    '1.0',
    '1e3',
    '0x10',
    ' 1',
    '1 ',
    '%31',
    '64',
    '4294967296',
    'NaN',
  ),
  fc.string({ maxLength: 4 }),
);
const oddId = fc.oneof(
  fc.uuid(),
  fc.uuid().map((id) => id.toUpperCase()),
  fc.string({ minLength: 36, maxLength: 36 }),
  fc.constant('00000000-0000-0000-0000-000000000000'),
);

test('whatever else is in an address: what the short way takes, the schema takes, with the same values', () => {
  fc.assert(
    fc.property(
      oddId,
      fc.array(odd, { minLength: 3, maxLength: 5 }),
      fc.constantFrom('', '/', '?a=1'),
      (id, parts, end) => {
        const url = `/api/slides/${id}/tiles/${parts.join('/')}${end}`;
        const short = parseTileUrl(url);
        if (short !== undefined) expect(short).toEqual(throughSchema(url));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('other routes are left to the router', () => {
  for (const url of [
    '/',
    '/api/slides',
    '/api/slides/x/tiles/0/0/0/0',
    '/api/slides/%2e%2e/tiles/0/0/0/0',
  ]) {
    expect(parseTileUrl(url)).toBeUndefined();
  }
});
