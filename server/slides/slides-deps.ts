import type { SlideId } from '../../shared/ids.ts';
import type { ArrivingSlides, RecordAudit } from '../deps.ts';
import type { Database } from '../storage/database.ts';
import type { TileReader } from './read-tile.ts';
import type { SlideAccessCache } from './slide-access.ts';
import type { TileShare } from './tile-share.ts';
import type { WholePictures } from './whole-pictures.ts';

/** What the routes of slides need. */
export interface SlidesDeps {
  readonly database: Database;
  readonly recordAudit: RecordAudit;
  readonly access: SlideAccessCache;
  readonly tiles: TileReader;
  /** What one account may ask of the tiles. */
  readonly share: TileShare;
  readonly pictures: WholePictures;
  readonly arriving: ArrivingSlides;
  /** Opens the kept original again, and says in the slide's row what became of it. */
  readonly reopen: (id: SlideId) => Promise<unknown>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}
