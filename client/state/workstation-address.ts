import { formatView, parseView, type ViewState } from '../../shared/geometry/view-state.ts';
import { SlideId } from '../../shared/ids.ts';
import {
  emptyComposition,
  type PaneId,
  PANE_IDS,
  panesOf,
  type WorkstationComposition,
  type WorkstationLayout,
} from './workstation-composition.ts';

/**
 * The workstation in the address bar: `?view=x,y,scale,turn,flip&layout=two&b=<slide>:<view>&linked=1`.
 * `view` belongs to pane a, whose slide is in the path. An address may come from anybody: what cannot be read
 * is left out, the rest counts.
 */
export type WorkstationSearch = Readonly<Record<string, string>>;

export type PaneViews = Readonly<Partial<Record<PaneId, ViewState>>>;

export interface WorkstationAddress {
  readonly layout: WorkstationLayout;
  readonly slides: Readonly<Partial<Record<PaneId, SlideId>>>;
  readonly views: PaneViews;
  readonly isLinked: boolean;
}

function parsePane(text: string | undefined): { slideId: SlideId; view: ViewState | null } | null {
  const [id, view] = (text ?? '').split(':');
  const slideId = SlideId.safeParse(id);
  return slideId.success ? { slideId: slideId.data, view: parseView(view ?? '') } : null;
}

function parseLayout(text: string | undefined): WorkstationLayout {
  return text === 'two' || text === 'four' ? text : 'one';
}

export function parseAddress(slideId: SlideId, search: WorkstationSearch): WorkstationAddress {
  const layout = parseLayout(search['layout']);
  const slides: Partial<Record<PaneId, SlideId>> = { a: slideId };
  const views: Partial<Record<PaneId, ViewState>> = {};
  const own = parseView(search['view'] ?? '');
  if (own !== null) views.a = own;
  for (const pane of panesOf(layout).slice(1)) {
    const parsed = parsePane(search[pane]);
    if (parsed === null) continue;
    slides[pane] = parsed.slideId;
    if (parsed.view !== null) views[pane] = parsed.view;
  }
  return { layout, slides, views, isLinked: layout !== 'one' && search['linked'] === '1' };
}

export function formatAddress(
  composition: WorkstationComposition,
  views: PaneViews,
): WorkstationSearch {
  const search: Record<string, string> = {};
  if (views.a !== undefined) search['view'] = formatView(views.a);
  if (composition.layout !== 'one') search['layout'] = composition.layout;
  for (const pane of panesOf(composition.layout).slice(1)) {
    const slideId = composition.slides[pane];
    if (slideId === null) continue;
    const view = views[pane];
    search[pane] = view === undefined ? slideId : `${slideId}:${formatView(view)}`;
  }
  if (composition.isLinked) search['linked'] = '1';
  return search;
}

/** The composition that an address asks for; what an address does not say stays as it is. */
export function composeFrom(
  address: WorkstationAddress,
  now: WorkstationComposition | null,
): WorkstationComposition {
  const base = now ?? emptyComposition(address.slides.a as SlideId); // parseAddress always sets a
  const slides = Object.fromEntries(
    PANE_IDS.map((pane) => [pane, address.slides[pane] ?? null]),
  ) as Record<PaneId, SlideId | null>; // PANE_IDS names every key
  const shown = panesOf(address.layout);
  const active = shown.includes(base.active) ? base.active : 'a';
  return { ...base, layout: address.layout, slides, active, isLinked: address.isLinked };
}
