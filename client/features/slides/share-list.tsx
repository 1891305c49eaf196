import type { Share } from '../../../shared/api/endpoints/slides.ts';
import { type Formats, useFormats } from '../../app/formats.ts';
import { type Translate, useWords } from '../../app/i18n.ts';
import { useNow } from '../../app/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { shareWords } from './share-words.ts';

export function shareHospitalName(share: Share, formats: Formats): string {
  return formats.language === 'zh' ? share.hospitalNameZh : share.hospitalNameEn;
}

function isLive(share: Share, nowMs: number): boolean {
  if (share.revokedAt !== null) return false;
  return share.expiresAt === null || nowMs < Date.parse(share.expiresAt);
}

function describe(
  share: Share,
  live: boolean,
  t: Translate<(typeof shareWords)['zh']>,
  formats: Formats,
): string {
  if (share.revokedAt !== null) return t('ended', { when: formats.dateTime(share.revokedAt) });
  if (share.expiresAt === null) return t('activeOpen');
  const when = formats.dateTime(share.expiresAt);
  return live ? t('activeUntil', { when }) : t('expired', { when });
}

interface ShareListProps {
  readonly shares: readonly Share[];
  readonly onEnd: (share: Share) => void;
  readonly isEnding: boolean;
}

export function ShareList({ shares, onEnd, isEnding }: ShareListProps) {
  const t = useWords(shareWords);
  const formats = useFormats();
  const nowMs = useNow();
  if (shares.length === 0) return <p className="share-none">{t('none')}</p>;
  return (
    <ul className="share-list">
      {shares.map((share) => {
        const live = isLive(share, nowMs);
        const hospital = shareHospitalName(share, formats);
        const label = share.includeLabel ? t('withLabel') : t('withoutLabel');
        return (
          <li key={share.id} className="share-row">
            <div>
              <strong>{hospital}</strong>
              <p>
                {label} · {t('by', { name: share.grantedByName })}
              </p>
            </div>
            <StatusDot
              tone={live ? 'success' : 'neutral'}
              text={describe(share, live, t, formats)}
            />
            {live ? (
              <Button
                size="small"
                aria-label={t('endOf', { hospital })}
                isDisabled={isEnding}
                onPress={() => onEnd(share)}
              >
                {t('end')}
              </Button>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
