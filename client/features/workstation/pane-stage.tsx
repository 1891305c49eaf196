import { useEffect, useId, useRef, useState } from 'react';
import {
  MAGNIFICATION_PRESETS,
  meanMpp,
  scaleAtPreset,
} from '../../../shared/geometry/magnification.ts';
import type { ScreenPoint } from '../../../shared/geometry/spaces.ts';
import type { Pyramid } from '../../../shared/slide/pyramid.ts';
import type { SlideDetail } from '../../../shared/slide/slide.ts';
import type { TileQuality } from '../../../shared/slide/tile-address.ts';
import { watchArrival } from '../../api/arrival-watch.ts';
import { pageLine } from '../../api/line-meter.ts';
import { urlOf } from '../../api/url.ts';
import { useWords } from '../../app/i18n.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import { listenForGestures } from '../../viewer/pane-gestures.ts';
import { createSlideViewer } from '../../viewer/slide-viewer.ts';
import { NEUTRAL_TONE } from '../../viewer/tone-table.ts';
import { CalibrationLine } from './calibration-line.tsx';
import { later } from './page-tiles.ts';
import { PaneNavigator } from './pane-navigator.tsx';
import { PanePreview } from './pane-preview.tsx';
import { PanePosition } from './pane-position.ts';
import { PaneScaleBar } from './pane-scale-bar.tsx';
import { RescanDrawing } from './rescan-drawing.tsx';
import { RescanMarks } from './rescan-marks.tsx';
import { useArrivingPicture } from './use-arriving-picture.ts';
import { useKnownMpp } from './use-active-mpp.ts';
import { mppInForce } from './use-slide.ts';
import { usePaneViewer } from './use-viewer.ts';
import { useComposition, useWorkstationContext } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

interface PaneStageProps {
  readonly pane: PaneId;
  readonly slide: SlideDetail;
  readonly pyramid: Pyramid;
  readonly quality: TileQuality;
}

/** Opens the viewer of this pane, and closes it with the pane. */
function useOpenViewer(
  { pane, slide, pyramid, quality }: PaneStageProps,
  host: React.RefObject<HTMLDivElement | null>,
): void {
  const { runtime, downloads } = useWorkstationContext();
  const knownMpp = useKnownMpp();
  const opening = useRef({ slide, pyramid, quality });
  useEffect(() => {
    const { slide: opened, pyramid: levels, quality: chosen } = opening.current;
    const parent = host.current;
    if (parent === null) return undefined;
    // A fresh element each time: OpenSeadragon leaves marks on the one that it was given.
    const element = document.createElement('div');
    element.className = 'pane-picture';
    element.setAttribute('aria-hidden', 'true');
    parent.append(element);
    const viewer = createSlideViewer(
      { downloads, line: () => pageLine.measure(), later },
      {
        element,
        slide: {
          slideId: opened.id,
          revision: opened.revision,
          pyramid: levels,
          quality: chosen,
        },
        view: runtime.takeIntended(pane, opened.id),
        farthest: scaleAtPreset(mppInForce(opened.calibration), MAGNIFICATION_PRESETS[0]),
        isWhole: opened.status.kind === 'ready',
      },
    );
    const remove = runtime.add(pane, { slideId: opened.id, viewer }, () => {
      const mpp = knownMpp(opened.id);
      return mpp === null ? null : meanMpp(mpp);
    });
    return () => {
      remove();
      viewer.dispose();
      element.remove();
    };
  }, [pane, runtime, downloads, host, knownMpp]);
}

/** Keys work at once, without a click into the picture; a focus that somebody set is left alone. */
function useFirstFocus(pane: PaneId, surface: React.RefObject<HTMLDivElement | null>): void {
  const { store } = useWorkstationContext();
  useEffect(() => {
    const { activeElement } = document;
    const isNowhere = activeElement === null || activeElement.contains(surface.current);
    if (isNowhere && store.getState().active === pane) {
      surface.current?.focus({ preventScroll: true });
    }
  }, [pane, store, surface]);
}

/** Tiles that wait for what has just arrived are asked for at once. */
function useArrivedTiles(pane: PaneId, slide: SlideDetail): void {
  const viewer = usePaneViewer(pane);
  const { id } = slide;
  const isArriving = slide.status.kind === 'arriving';
  useEffect(() => {
    if (viewer === null || !isArriving) return undefined;
    return watchArrival(id, ({ received }) => viewer.noteArrived(received));
  }, [viewer, id, isArriving]);
}

/** Brightness and the like, for this pane alone. */
function useTone(pane: PaneId): void {
  const viewer = usePaneViewer(pane);
  const tone = useComposition((now) => now.tones[pane]) ?? NEUTRAL_TONE;
  useEffect(() => viewer?.adjustTone(tone), [viewer, tone]);
}

/** Mouse, touch and pen; with Alt the pane moves alone, also while the panes are linked. */
function useGestures(
  pane: PaneId,
  surface: React.RefObject<HTMLDivElement | null>,
  onPoint: (at: ScreenPoint | null) => void,
): void {
  const { store, runtime } = useWorkstationContext();
  const viewer = usePaneViewer(pane);
  useEffect(() => {
    if (viewer === null || surface.current === null) return undefined;
    return listenForGestures(
      surface.current,
      {
        goal: () => viewer.goal(),
        paneSize: () => viewer.paneSize(),
        moveTo: (view, { jump, alone }) => {
          if (alone) runtime.links.moveAlone(pane, view, jump);
          else viewer.moveTo(view, { origin: 'reader', jump });
        },
      },
      { onTouch: () => store.setState({ active: pane }), onPoint },
    );
  }, [pane, viewer, surface, store, runtime, onPoint]);
}

/** The slide itself, with what lies over it. Takes the focus and has a name; OpenSeadragon's canvas has neither. */
export function PaneStage(props: PaneStageProps) {
  const { pane, slide, pyramid } = props;
  const t = useWords(workstationWords);
  const helpId = useId();
  const host = useRef<HTMLDivElement>(null);
  const surface = useRef<HTMLDivElement>(null);
  const [position] = useState(() => new PanePosition());
  useOpenViewer(props, host);
  useArrivedTiles(pane, slide);
  useTone(pane);
  useFirstFocus(pane, surface);
  useGestures(pane, surface, position.set);
  const isNavigatorShown = useComposition((now) => now.isNavigatorShown);
  const thumbnail = useArrivingPicture(
    slide,
    urlOf('slide.thumbnail', { slideId: slide.id, revision: slide.revision }),
  );
  return (
    <div className="pane-stage" ref={host}>
      <PanePreview pane={pane} pyramid={pyramid} thumbnail={thumbnail} />
      <div
        ref={surface}
        className="pane-surface"
        role="application"
        // The picture is moved with keys; without the focus it could not be.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={t('paneName', { name: slide.name })}
        aria-describedby={helpId}
      />
      <p id={helpId} className="ui-visually-hidden">
        {t('paneHelp')}
      </p>
      <PaneScaleBar pane={pane} mpp={mppInForce(slide.calibration)} position={position} />
      {isNavigatorShown ? (
        <PaneNavigator pane={pane} slide={slide} pyramid={pyramid} thumbnail={thumbnail} />
      ) : null}
      <RescanMarks pane={pane} slideId={slide.id} />
      <CalibrationLine pane={pane} slideId={slide.id} />
      <RescanDrawing pane={pane} slideId={slide.id} />
    </div>
  );
}
