import type { TileQuality } from '../../../shared/slide/tile-address.ts';
import { usePreferences } from '../../state/preferences.ts';

/** In which quality tiles are asked for: full, unless the reader has chosen otherwise on this computer. */
export function useTileQuality(): TileQuality {
  return usePreferences((now) => (now.lightTiles ? 'light' : 'full'));
}
