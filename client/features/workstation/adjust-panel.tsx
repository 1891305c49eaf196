import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Slider } from '../../ui/slider.tsx';
import {
  isNeutral,
  NEUTRAL_TONE,
  TONE_LIMITS,
  type ToneAdjustment,
} from '../../viewer/tone-table.ts';
import { useComposition, useWorkstationContext } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

const CONTROLS = ['brightness', 'contrast', 'gamma'] as const;

/** Brightness, contrast and gamma of the active pane; it stays open beside the picture that it changes. */
export function AdjustPanel() {
  const t = useWords(workstationWords);
  const pane = useComposition((now) => now.active);
  const { store } = useWorkstationContext();
  const tone = useComposition((now) => now.tones[pane]) ?? NEUTRAL_TONE;
  const change = (next: ToneAdjustment) =>
    store.setState((now) => ({ tones: { ...now.tones, [pane]: next } }));
  return (
    <section className="adjust" aria-label={t('adjust')}>
      <header className="adjust-header">
        <h2>{t('adjust')}</h2>
        <IconButton
          icon="close"
          size="small"
          label={t('adjustClose')}
          onPress={() => store.setState({ isAdjustOpen: false })}
        />
      </header>
      {CONTROLS.map((control) => (
        <Slider
          key={control}
          label={t(control)}
          value={tone[control]}
          minValue={TONE_LIMITS[control].least}
          maxValue={TONE_LIMITS[control].most}
          step={0.05}
          formatOptions={{ minimumFractionDigits: 2, maximumFractionDigits: 2 }}
          onChange={(value) => change({ ...tone, [control]: value })}
        />
      ))}
      <p className="adjust-note">{t('adjustNote')}</p>
      <Button
        size="small"
        icon="undo"
        isDisabled={isNeutral(tone)}
        onPress={() => change(NEUTRAL_TONE)}
      >
        {t('adjustReset')}
      </Button>
    </section>
  );
}
