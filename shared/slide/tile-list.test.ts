import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTilePath } from './parse-tile-path.ts';
import { tilePath } from './tile-address.ts';
import { SlideId } from '../ids.ts';
import { formatTileList, MOST_TILES_IN_LIST, TileList } from './tile-list.ts';

const index = fc.integer({ min: 0, max: 0xffff_ffff });
const address = fc.record({ level: fc.integer({ min: 0, max: 63 }), column: index, row: index });
const slideId = SlideId.parse('01890a5d-ac96-774b-bcce-b302099a8057');

it('a list of tiles reads back as it was written, in its order', () => {
  const lists = fc.array(address, { minLength: 1, maxLength: MOST_TILES_IN_LIST });
  fc.assert(
    fc.property(lists, (addresses) => {
      const text = formatTileList(addresses);
      expect(encodeURIComponent(text)).toBe(text);
      expect(TileList.parse(text)).toEqual(addresses);
    }),
  );
});

it.each([
  '',
  '1',
  '1.2',
  '1.2.3.4',
  '01.2.3',
  '1.2.-3',
  '1.2.3_',
  '64.0.0',
  '0.0.4294967296',
  '1e1.0.0',
])('no list of tiles is "%s"', (text) => {
  expect(TileList.safeParse(text).success).toBe(false);
});

it('a list longer than one reply carries is refused', () => {
  const many = Array.from({ length: MOST_TILES_IN_LIST + 1 }, () => '0.0.0').join('_');
  expect(TileList.safeParse(many).success).toBe(false);
});

it('a path of a tile says what it was made from, its quality too', () => {
  fc.assert(
    fc.property(
      address,
      index,
      fc.constantFrom('full' as const, 'light' as const),
      (tile, revision, quality) => {
        const path = tilePath(slideId, revision, tile, quality);
        expect(parseTilePath(path)).toEqual({ slideId, revision, ...tile, quality });
      },
    ),
  );
  expect(parseTilePath('/api/slides/x/tiles/1/2/3/4')).toBeUndefined();
});
