import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { ScreenSize } from '../../../shared/geometry/spaces.ts';
import type { SlideId } from '../../../shared/ids.ts';
import type { TileQuality } from '../../../shared/slide/tile-address.ts';
import { pageLine } from '../../api/line-meter.ts';
import { TilePrefetch } from '../../viewer/tile-prefetch.ts';
import { firstLook, loadSlideAhead } from './first-look.ts';
import type { TrayList } from './use-tray-list.ts';
import { useTileQuality } from './use-tile-quality.ts';
import { useField, usePaneViewer } from './use-viewer.ts';
import { useComposition, useWorkstationContext } from './workstation-context.ts';

/** Behind all that lies around the field that is looked at. */
const URGENCY = 100_000;
interface Ahead {
  readonly queries: QueryClient;
  readonly tiles: TilePrefetch;
  readonly pane: ScreenSize;
  readonly quality: TileQuality;
}

async function prefetchSlide(
  { queries, tiles, pane, quality }: Ahead,
  slideId: SlideId,
  urgency: number,
): Promise<void> {
  const slide = await loadSlideAhead(queries, slideId);
  if (slide === null) return;
  tiles.plan({ ...slide, quality }, firstLook(slide.pyramid, pane), urgency);
}

/** While a complete field is looked at, the slides before and after it in the tray come as they will open. */
export function useNeighbourPrefetch(tray: TrayList): void {
  const queries = useQueryClient();
  const { downloads } = useWorkstationContext();
  const active = useComposition((now) => now.active);
  const slideId = useComposition((now) => now.slides[now.active]);
  const quality = useTileQuality();
  const viewer = usePaneViewer(active);
  const isComplete = useField(viewer)?.isComplete === true;
  const next = slideId === null ? null : tray.neighbour(slideId, 1);
  const previous = slideId === null ? null : tray.neighbour(slideId, -1);
  const ahead = useMemo(() => {
    const needs = { downloads, line: () => pageLine.measure() };
    return { next: new TilePrefetch(needs), previous: new TilePrefetch(needs) };
  }, [downloads]);

  useEffect(() => {
    const pane = viewer?.paneSize();
    if (!isComplete || pane === undefined) return;
    const prefetch = (tiles: TilePrefetch, id: SlideId | null, urgency: number) => {
      if (id !== null) void prefetchSlide({ queries, tiles, pane, quality }, id, urgency);
    };
    prefetch(ahead.next, next, URGENCY);
    prefetch(ahead.previous, previous, 2 * URGENCY);
  }, [ahead, queries, viewer, isComplete, next, previous, quality]);

  useEffect(
    () => () => {
      ahead.next.dispose();
      ahead.previous.dispose();
    },
    [ahead],
  );
}
