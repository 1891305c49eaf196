import type { QueryClient } from '@tanstack/react-query';
import { fitView, type ViewState } from '../../../shared/geometry/view-state.ts';
import type { ScreenSize } from '../../../shared/geometry/spaces.ts';
import type { SlideId } from '../../../shared/ids.ts';
import type { Pyramid } from '../../../shared/slide/pyramid.ts';
import type { SlideDetail } from '../../../shared/slide/slide.ts';
import type { TileQuality } from '../../../shared/slide/tile-address.ts';
import { call } from '../../api/call.ts';
import { pageLine } from '../../api/line-meter.ts';
import { callOptions } from '../../api/query.ts';
import { RequestError } from '../../api/request-error.ts';
import { usePreferences } from '../../state/preferences.ts';
import { parseAddress, type WorkstationSearch } from '../../state/workstation-address.ts';
import type { RegionOfInterest } from '../../viewer/fields-ahead.ts';
import type { ServedSlide } from '../../viewer/slide-tile-source.ts';
import { TilePrefetch } from '../../viewer/tile-prefetch.ts';
import { pageTiles } from './page-tiles.ts';

const FRESH_MS = 60_000;

/** What stands beside the pane in a window as the workstation opens: tray and navigation, bars above and below. */
const BESIDE_PANE: ScreenSize = { widthPx: 216, heightPx: 144 };

export function chosenQuality(): TileQuality {
  return usePreferences.getState().lightTiles ? 'light' : 'full';
}

function likelyPane(): ScreenSize {
  return {
    widthPx: Math.max(320, window.innerWidth - BESIDE_PANE.widthPx),
    heightPx: Math.max(240, window.innerHeight - BESIDE_PANE.heightPx),
  };
}

/** A slide as it opens, and after that the coarsest level, which lies under all others. */
export function firstLook(
  pyramid: Pyramid,
  pane: ScreenSize,
  intended: ViewState | null = null,
): readonly RegionOfInterest[] {
  const whole = fitView(pyramid, pane);
  const farAway = { ...whole, pxPerScreenPx: Number.MAX_SAFE_INTEGER };
  const density = window.devicePixelRatio;
  return [intended ?? whole, farAway].map((view) => ({ view, pane, density }));
}

/** A slide that can be looked at; null: not now. */
function servedSlideOf(slide: SlideDetail | undefined): ServedSlide | null {
  const pyramid = slide?.properties?.pyramid;
  if (slide?.status.kind !== 'ready' || pyramid === undefined) return null;
  return { slideId: slide.id, revision: slide.revision, pyramid, quality: chosenQuality() };
}

/** A slide that may be opened next, put where its pane will look for it. */
export async function loadSlideAhead(
  queries: QueryClient,
  slideId: SlideId,
): Promise<ServedSlide | null> {
  const { queryKey } = callOptions('slide.get', { params: { slideId } });
  const known = queries.getQueryState(queryKey);
  if (
    known?.data !== undefined &&
    performance.timeOrigin + performance.now() - known.dataUpdatedAt < FRESH_MS
  ) {
    return servedSlideOf(known.data);
  }
  try {
    const slide = await call('slide.get', { params: { slideId } });
    queries.setQueryData(queryKey, slide);
    return servedSlideOf(slide);
  } catch (error) {
    // Nobody has asked for it yet: who opens it will be told why it cannot be had.
    if (error instanceof RequestError) return null;
    throw error;
  }
}

const opening = new TilePrefetch({ downloads: pageTiles, line: () => pageLine.measure() });
let begunFor: SlideId | null = null;

/**
 * Asks for a slide and its first field as soon as its address is known: the screen is built meanwhile. A pane
 * that turns out otherwise asks for what differs.
 */
export async function beginFirstLook(
  queries: QueryClient,
  slideId: SlideId,
  search: WorkstationSearch,
): Promise<void> {
  if (begunFor === slideId) return;
  begunFor = slideId;
  const options = callOptions('slide.get', { params: { slideId } });
  await queries.prefetchQuery(options);
  const slide = servedSlideOf(queries.getQueryData(options.queryKey));
  if (slide === null || begunFor !== slideId) return;
  const view = parseAddress(slideId, search).views.a ?? null;
  // What lies under the field is asked for by the pane, after the field.
  opening.planSoon(slide, firstLook(slide.pyramid, likelyPane(), view).slice(0, 1));
}
