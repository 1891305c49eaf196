import { randomUUID } from 'node:crypto';
import type { SlideId } from '../shared/ids.ts';
import type { ArrivingSlides } from './deps.ts';
import type { Engines } from './engines.ts';
import type { Foundation } from './foundation.ts';
import { actorNowBy } from './http/actor-now.ts';
import type { DecodePool } from './imaging/decode-pool.ts';
import type { IngestDeps } from './ingest/ingest-deps.ts';
import { reopenSlide } from './ingest/reopen-slide.ts';
import { interopHandlers } from './interop/interop-handlers.ts';
import { lineLog } from './line-log.ts';
import { createComposeAhead } from './slides/compose-ahead.ts';
import type { DiskTiles } from './slides/disk-tiles.ts';
import { fastTileRoute } from './slides/fast-tile-route.ts';
import { createLightTiles } from './slides/light-tiles.ts';
import { createMemoryTiles } from './slides/memory-tiles.ts';
import { createTileReader, type TileReader } from './slides/read-tile.ts';
import { findReady, requireReady } from './slides/ready-slide.ts';
import { shareAccess } from './slides/shared-access.ts';
import {
  createSlideAccessCache,
  loadSlideAccess,
  type SlideAccessCache,
} from './slides/slide-access.ts';
import { slideHandlers } from './slides/slide-handlers.ts';
import type { SlideRegistry } from './slides/slide-registry.ts';
import { createTileShare, type TileShareRules } from './slides/tile-share.ts';
import { createWholePictures, type WholePictures } from './slides/whole-pictures.ts';

/** Recent tiles; a screen of four panes shows some 20 MiB of them. */
const MEMORY_TILE_BYTES = 64 << 20;

type Parts = Foundation & Pick<Engines, 'notices'>;

export interface SlideParts {
  readonly tileShare: TileShareRules;
  readonly decode: DecodePool;
  readonly disk: DiskTiles;
  readonly slides: SlideRegistry;
  readonly ingest: IngestDeps;
  readonly arriving: ArrivingSlides;
  /** Who may see a slide may have changed. */
  readonly onAccess: (id: SlideId) => void;
}

interface InteropParts extends Pick<SlideParts, 'decode' | 'disk' | 'slides'> {
  readonly access: SlideAccessCache;
  readonly tiles: TileReader;
  readonly pictures: WholePictures;
}

/** Slides as other programs read them. */
function layInterop(
  { database, now, newId }: Parts,
  { decode, disk, slides, access, tiles, pictures }: InteropParts,
) {
  return interopHandlers({
    decode,
    disk,
    database,
    now,
    newId,
    readySlide: async (id) => requireReady(await access.load(id)),
    readTile: async (slide, address) => (await tiles.read(slide, address)).bytes,
    withPixels: (slide, work) => slides.use(slide, work),
    readPicture: (slide, kind) => pictures.associated(slide, kind),
    resourceOf: async (id) => {
      const known = await access.load(id);
      return known?.status.kind === 'ready' ? known.resource : undefined;
    },
  });
}

/** Tiles, pictures and routes of slides, on the short way and the long. */
export function laySlides(parts: Parts, slideParts: SlideParts) {
  const { decode, disk, slides, ingest, arriving, tileShare, onAccess } = slideParts;
  const { database, now, sessions, tokens, metrics, recordAudit, newId, notices } = parts;
  const loadAccess = (id: SlideId) => loadSlideAccess(parts, id);
  const cache = createSlideAccessCache({ loadAccess, now, onDrop: onAccess });
  const access = shareAccess(cache, notices);
  const memory = createMemoryTiles(MEMORY_TILE_BYTES);
  const tiles = createTileReader({ slides, decode, memory, disk });
  const light = createLightTiles({ decode, disk, tiles });
  const pictures = createWholePictures({ slides, decode, disk, tiles });
  const share = createTileShare(tileShare, now);
  const reopen = async (id: SlideId) => {
    await reopenSlide(ingest, id);
    access.drop(id);
  };
  metrics.gauge('farscope_tile_memory_bytes', 'Recent tiles in memory', () => memory.bytes());
  metrics.gauge('farscope_tile_disk_bytes', 'Composed tiles on disk', () => disk.bytes());
  metrics.gauge('farscope_open_slides', 'Slides open for reading', () => slides.openSlides());
  const findSlide = async (id: SlideId) => findReady(await access.load(id));
  const cacheBytes = parts.config.tileCacheBytes;
  const log = lineLog(parts, 'imaging');
  const ahead = createComposeAhead({ tiles, disk, decode, cacheBytes, findSlide, log });
  const interop = layInterop(parts, { ...slideParts, access, tiles, pictures });
  return {
    access,
    ahead,
    interop,
    handlers: slideHandlers({
      database,
      recordAudit,
      access,
      tiles,
      share,
      light,
      pictures,
      actorNow: actorNowBy({ sessions, tokens }),
      metrics,
      reopen,
      arriving,
      now,
      newId,
    }),
    fast: fastTileRoute({
      sessions,
      access,
      tiles,
      share,
      arriving,
      metrics,
      now,
      newRequestId: randomUUID,
    }),
  };
}
