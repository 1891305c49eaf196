import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { PopoverButton } from '../../ui/popover-button.tsx';
import { Slider } from '../../ui/slider.tsx';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import { rotatePane, turnPaneTo } from './pane-actions.ts';
import { useView } from './use-viewer.ts';
import { workstationWords } from './workstation-words.ts';

/** The turn in degrees; it opens to a slider for any angle. */
export function RotationTool({ viewer }: { readonly viewer: SlideViewer | null }) {
  const t = useWords(workstationWords);
  const formats = useFormats();
  const view = useView(viewer);
  const degrees = view?.rotation ?? 0;
  // Seen as −180 … 180: a slide is turned a little to the left as often as to the right.
  const signed = degrees > 180 ? degrees - 360 : degrees;
  const text = `${formats.number(signed, 1)}°`;
  return (
    <PopoverButton
      label={t('rotation')}
      placement="bottom start"
      isNonModal
      trigger={
        <Button
          size="small"
          look="quiet"
          className="rotation"
          aria-label={`${t('rotation')} ${text}`}
          isDisabled={viewer === null}
        >
          {text}
        </Button>
      }
    >
      <Slider
        label={t('rotation')}
        value={Math.round(signed)}
        minValue={-180}
        maxValue={180}
        step={1}
        formatOptions={{ style: 'unit', unit: 'degree', unitDisplay: 'narrow' }}
        onChange={(value) => viewer !== null && turnPaneTo(viewer, value)}
      />
      <Button
        size="small"
        icon="rotate-right"
        onPress={() => viewer !== null && rotatePane(viewer, 90)}
      >
        {t('rotateQuarter')}
      </Button>
    </PopoverButton>
  );
}
