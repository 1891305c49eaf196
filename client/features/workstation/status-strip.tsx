import { useEffect, useState } from 'react';
import {
  formatMagnification,
  magnificationOf,
  meanMpp,
  micronsPerScreenPx,
} from '../../../shared/geometry/magnification.ts';
import type { ViewState } from '../../../shared/geometry/view-state.ts';
import type { SlideId } from '../../../shared/ids.ts';
import type { Mpp, SlideDetail } from '../../../shared/slide/slide.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import { Button } from '../../ui/button.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { isNeutral, NEUTRAL_TONE } from '../../viewer/tone-table.ts';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import { useOpenCalibration } from './calibration-flow.ts';
import { LineBadge } from './line-badge.tsx';
import './status-strip.css';
import { useIsOnline } from './use-reconnect.ts';
import { mppInForce, useSlide } from './use-slide.ts';
import { useField, usePaneViewer, useView } from './use-viewer.ts';
import { useComposition, useWorkstationContext } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

/** What can be said about the field of the active pane: how large, how certain, how complete. */
export function StatusStrip() {
  const t = useWords(workstationWords);
  const active = useComposition((now) => now.active);
  const slideId = useComposition((now) => now.slides[now.active]);
  const isOnline = useIsOnline();
  return (
    <section className="status" aria-label={t('status')}>
      {slideId === null ? null : (
        <ActiveStatus key={`${active} ${slideId}`} pane={active} slideId={slideId} />
      )}
      <LineBadge />
      {isOnline ? null : <StatusDot tone="danger" text={t('offline')} />}
    </section>
  );
}

interface ActiveStatusProps {
  readonly pane: PaneId;
  readonly slideId: SlideId;
}

function ActiveStatus({ pane, slideId }: ActiveStatusProps) {
  const slide = useSlide(slideId).data;
  const viewer = usePaneViewer(pane);
  const view = useView(viewer);
  if (slide === undefined || viewer === null || view === null) return null;
  return (
    <>
      <FieldState viewer={viewer} view={view} />
      <Arrival slide={slide} />
      <AdjustedBadge pane={pane} />
      <span className="status-gap" />
      <Scale slide={slide} view={view} />
      <CalibrationSource slide={slide} />
      <Profile slide={slide} />
      <SaidMagnification slide={slide} view={view} />
    </>
  );
}

interface FieldStateProps {
  readonly viewer: SlideViewer;
  readonly view: ViewState;
}

function FieldState({ viewer, view }: FieldStateProps) {
  const t = useWords(workstationWords);
  const field = useField(viewer);
  if (field === null) return null;
  const isBeyond = view.pxPerScreenPx < 0.99;
  return (
    <span className="status-field" data-testid="field-state" data-complete={field.isComplete}>
      {field.failed > 0 ? (
        <>
          <StatusDot tone="danger" text={t('failedTiles', { count: field.failed })} />
          <Button size="small" look="quiet" icon="refresh" onPress={() => viewer.retryFailed()}>
            {t('retry')}
          </Button>
        </>
      ) : null}
      {field.waiting > 0 ? (
        <StatusDot tone="info" text={t('waitingTiles', { count: field.waiting })} />
      ) : null}
      {field.isComplete ? (
        <StatusDot tone="success" text={isBeyond ? t('beyond') : t('complete')} />
      ) : null}
      {!field.isComplete && field.failed === 0 && field.waiting === 0 ? (
        <StatusDot tone="warning" text={t('loading')} />
      ) : null}
    </span>
  );
}

/** How much has arrived; when all of it has, that is said for a while, without a reload. */
function Arrival({ slide }: { readonly slide: SlideDetail }) {
  const t = useWords(workstationWords);
  const formats = useFormats();
  const { status } = slide;
  const [wasArriving, setWasArriving] = useState(false);
  if (status.kind === 'arriving' && !wasArriving) setWasArriving(true);
  if (status.kind === 'arriving') {
    const percent = formats.percent(status.received);
    return <StatusDot tone="info" text={t('arrivedSoFar', { percent })} />;
  }
  if (!wasArriving || status.kind !== 'ready') return null;
  return <StatusDot tone="success" text={t('arrivedWhole')} />;
}

function AdjustedBadge({ pane }: { readonly pane: PaneId }) {
  const t = useWords(workstationWords);
  const { store } = useWorkstationContext();
  const tone = useComposition((now) => now.tones[pane]) ?? NEUTRAL_TONE;
  if (isNeutral(tone)) return null;
  const reset = () => store.setState((now) => ({ tones: { ...now.tones, [pane]: NEUTRAL_TONE } }));
  return (
    <span className="status-adjusted">
      <StatusDot tone="warning" text={t('adjusted')} />
      <Button size="small" look="quiet" icon="undo" onPress={reset}>
        {t('adjustReset')}
      </Button>
    </span>
  );
}

interface ScaleProps {
  readonly slide: SlideDetail;
  readonly view: ViewState;
}

function Scale({ slide, view }: ScaleProps) {
  const t = useWords(workstationWords);
  const formats = useFormats();
  const mpp = mppInForce(slide.calibration);
  const [x, y] = [formats.number(Math.round(view.x)), formats.number(Math.round(view.y))];
  return (
    <>
      <span className="status-place">{t('position', { x, y })}</span>
      {mpp === null ? null : <Magnification mpp={mpp} view={view} />}
    </>
  );
}

interface MagnificationProps {
  readonly mpp: Mpp;
  readonly view: ViewState;
}

/** The number that a reader quotes, and on asking what it means on this very screen. */
function Magnification({ mpp, view }: MagnificationProps) {
  const t = useWords(workstationWords);
  const formats = useFormats();
  const onScreen = t('micronsPerScreenPx', {
    value: formats.number(micronsPerScreenPx(mpp, view.pxPerScreenPx), 3),
  });
  const note = t('densityNote', { density: formats.number(window.devicePixelRatio, 2) });
  return (
    <strong
      className="status-magnification"
      title={`${onScreen}\n${note}`}
      data-testid="magnification"
    >
      {formatMagnification(magnificationOf(mpp, view.pxPerScreenPx))}×
    </strong>
  );
}

function CalibrationSource({ slide }: { readonly slide: SlideDetail }) {
  const t = useWords(workstationWords);
  const formats = useFormats();
  const { mayOpen, open } = useOpenCalibration(slide);
  const { calibration } = slide;
  if (calibration.source === 'none') {
    return (
      <span className="status-source">
        <StatusDot tone="warning" text={t('notCalibrated')} />
        {mayOpen ? (
          <Button size="small" look="quiet" icon="ruler" onPress={open}>
            {t('calibrate')}
          </Button>
        ) : null}
      </span>
    );
  }
  const value = t('micronsPerPx', { value: formats.number(meanMpp(calibration.mpp), 4) });
  const source =
    calibration.source === 'file'
      ? t('fromScanner')
      : t('fromPerson', { name: calibration.accountName });
  return (
    <span className="status-source">
      {value} · {source}
    </span>
  );
}

function Profile({ slide }: { readonly slide: SlideDetail }) {
  const t = useWords(workstationWords);
  const profile = slide.properties?.iccProfile ?? null;
  return (
    <span title={profile?.name ?? ''}>{profile === null ? t('iccNone') : t('iccApplied')}</span>
  );
}

/** A reader who does not see the number hears it, once the movement has come to rest. */
const SAY_AFTER_MS = 700;

function SaidMagnification({ slide, view }: ScaleProps) {
  const t = useWords(workstationWords);
  const { announce } = useWorkstationContext();
  const mpp = mppInForce(slide.calibration);
  const text =
    mpp === null
      ? t('scaleSaid', { value: formatMagnification(view.pxPerScreenPx) })
      : t('magnificationSaid', {
          value: formatMagnification(magnificationOf(mpp, view.pxPerScreenPx)),
        });
  const { name } = slide;
  useEffect(() => {
    const timer = setTimeout(() => announce(`${name} ${text}`), SAY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [announce, name, text]);
  return null;
}
