import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { changePreferences } from '../../state/preferences.ts';
import { Button } from '../../ui/button.tsx';
import { PopoverButton } from '../../ui/popover-button.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { Switch } from '../../ui/switch.tsx';
import './line-badge.css';
import { lineWords } from './line-words.ts';
import { type LineReport, useLine } from './use-line.ts';
import { useTileQuality } from './use-tile-quality.ts';

/** Bytes a millisecond are kilobytes a second; lines are sold in megabits. */
const MEGABITS_PER_BYTE_PER_MS = 8 / 1000;

function useLineTexts({ roundTripMs, bytesPerMs, toCome }: LineReport) {
  const t = useWords(lineWords);
  const formats = useFormats();
  const megabits = (bytesPerMs ?? 0) * MEGABITS_PER_BYTE_PER_MS;
  const rate = formats.number(megabits, megabits < 10 ? 1 : 0);
  return {
    rate: bytesPerMs === null ? '–' : t('rate', { value: rate }),
    roundTrip:
      roundTripMs === null
        ? '–'
        : t('roundTrip', { value: formats.number(Math.round(roundTripMs)) }),
    toCome: t('toCome', { value: formats.number(toCome) }),
  };
}

function setLight(lightTiles: boolean): void {
  changePreferences({ lightTiles });
}

/** What the line is like: a quiet mark while it is good, its figures while it is slow. */
export function LineBadge() {
  const t = useWords(lineWords);
  const line = useLine();
  const texts = useLineTexts(line);
  const isLight = useTileQuality() === 'light';
  const figures = [texts.rate, texts.roundTrip, texts.toCome].join(' ');
  return (
    <span className="line-badge" data-testid="line" data-slow={line.isSlow}>
      {isLight ? <LightNotice /> : null}
      <PopoverButton
        label={t('line')}
        placement="top start"
        trigger={
          <Button
            size="small"
            look="quiet"
            icon="line-strength"
            aria-label={line.isSlow ? `${t('line')}: ${figures}` : t('line')}
          >
            {line.isSlow ? (
              <span className="line-figures">
                <span className="line-rate">{texts.rate}</span>
                <span className="line-round-trip">{texts.roundTrip}</span>
                <span className="line-to-come">{texts.toCome}</span>
              </span>
            ) : null}
          </Button>
        }
      >
        <p className="line-measured">{`${texts.rate} · ${texts.roundTrip} · ${texts.toCome}`}</p>
        <p className="line-about">{t('about')}</p>
        <Switch isSelected={isLight} onChange={setLight}>
          {t('light')}
        </Switch>
        <p className="line-about">{t('lightAbout')}</p>
      </PopoverButton>
    </span>
  );
}

/** As long as detail is lost by choice, that is said, with the way back beside it. */
function LightNotice() {
  const t = useWords(lineWords);
  return (
    <span className="status-adjusted" data-testid="light-tiles">
      <StatusDot tone="warning" text={t('lightOn')} />
      <Button size="small" look="quiet" icon="undo" onPress={() => setLight(false)}>
        {t('lightOff')}
      </Button>
    </span>
  );
}
