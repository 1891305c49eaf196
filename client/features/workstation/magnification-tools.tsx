import {
  formatMagnification,
  magnificationOf,
  scaleAtPreset,
} from '../../../shared/geometry/magnification.ts';
import type { Mpp } from '../../../shared/slide/slide.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import { fitPane, scalePane, showPreset, zoomPane } from './pane-actions.ts';
import { useActiveMpp } from './use-active-mpp.ts';
import { useKeyHint } from './use-key-hint.ts';
import { usePaneViewer, useView } from './use-viewer.ts';
import { useComposition } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

/** Where mpp is unknown the presets are shares of full resolution, and say so. */
function presetText(mpp: Mpp | null, preset: number): string {
  if (mpp !== null) return `${preset}×`;
  const share = 1 / scaleAtPreset(null, preset);
  return share >= 1 ? '1:1' : `1:${Math.round(1 / share)}`;
}

function isAt(pxPerScreenPx: number, mpp: Mpp | null, preset: number): boolean {
  return Math.abs(Math.log(pxPerScreenPx / scaleAtPreset(mpp, preset))) < 0.005;
}

/** The nosepiece: fit, fixed magnifications, and a free one between. */
export function MagnificationTools({ presets }: { readonly presets: readonly number[] }) {
  const t = useWords(workstationWords);
  const active = useComposition((now) => now.active);
  const viewer = usePaneViewer(active);
  const mpp = useActiveMpp();
  const zoomInHint = useKeyHint('viewer.zoomIn');
  const zoomOutHint = useKeyHint('viewer.zoomOut');
  return (
    <>
      <fieldset className="magnification" aria-label={t('magnification')}>
        <Button
          size="small"
          look="quiet"
          isDisabled={viewer === null}
          onPress={() => viewer !== null && fitPane(viewer)}
        >
          {t('fit')}
        </Button>
        {presets.map((preset) => (
          <Preset key={preset} viewer={viewer} mpp={mpp} preset={preset} />
        ))}
      </fieldset>
      <IconButton
        icon="zoom-out"
        label={t('zoomOut')}
        hint={zoomOutHint}
        isDisabled={viewer === null}
        onPress={() => viewer !== null && zoomPane(viewer, 1 / Math.SQRT2)}
      />
      {viewer === null ? null : <MagnificationSlider viewer={viewer} mpp={mpp} />}
      <IconButton
        icon="zoom-in"
        label={t('zoomIn')}
        hint={zoomInHint}
        isDisabled={viewer === null}
        onPress={() => viewer !== null && zoomPane(viewer, Math.SQRT2)}
      />
    </>
  );
}

interface PresetProps {
  readonly viewer: SlideViewer | null;
  readonly mpp: Mpp | null;
  readonly preset: number;
}

function Preset({ viewer, mpp, preset }: PresetProps) {
  const view = useView(viewer);
  const isHere = view !== null && isAt(view.pxPerScreenPx, mpp, preset);
  return (
    <Button
      size="small"
      look="quiet"
      className={isHere ? 'magnification-preset is-here' : 'magnification-preset'}
      {...(isHere ? { 'aria-current': 'true' as const } : {})}
      isDisabled={viewer === null}
      onPress={() => viewer !== null && showPreset(viewer, mpp, preset)}
    >
      {presetText(mpp, preset)}
    </Button>
  );
}

interface MagnificationSliderProps {
  readonly viewer: SlideViewer;
  readonly mpp: Mpp | null;
}

const STEPS_PER_OCTAVE = 8;

/** In octaves: each step to the right shows things larger by the same factor. */
function MagnificationSlider({ viewer, mpp }: MagnificationSliderProps) {
  const t = useWords(workstationWords);
  const view = useView(viewer);
  if (view === null) return null;
  const octavesOf = (pxPerScreenPx: number) => -Math.log2(pxPerScreenPx);
  const text =
    mpp === null
      ? t('scaleSaid', { value: formatMagnification(view.pxPerScreenPx) })
      : t('magnificationSaid', {
          value: formatMagnification(magnificationOf(mpp, view.pxPerScreenPx)),
        });
  return (
    <input
      type="range"
      className="magnification-slider"
      aria-label={t('magnification')}
      aria-valuetext={text}
      min={octavesOf(viewer.fitting().pxPerScreenPx)}
      max={octavesOf(1 / 4)}
      step={1 / STEPS_PER_OCTAVE}
      value={octavesOf(view.pxPerScreenPx)}
      onChange={(event) => scalePane(viewer, 2 ** -Number(event.target.value))}
    />
  );
}
