import { useQuery } from '@tanstack/react-query';
import { meanMpp } from '../../../shared/geometry/magnification.ts';
import type { SlideId } from '../../../shared/ids.ts';
import { callOptions } from '../../api/query.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { slideDetailsWords } from './slide-details-words.ts';

/** Who set the scale, when, to what and why. */
export function CalibrationHistory({ slideId }: { readonly slideId: SlideId }) {
  const t = useWords(slideDetailsWords);
  const formats = useFormats();
  const history = useQuery(callOptions('slide.calibrations', { params: { slideId } }));
  if (history.isError) {
    return <ErrorLine error={history.error} onRetry={() => void history.refetch()} />;
  }
  const byPeople = (history.data ?? []).filter((entry) => entry.source === 'person');
  return (
    <section className="calibration-history">
      <h3>{t('history')}</h3>
      {byPeople.length === 0 ? <p>{t('historyNone')}</p> : null}
      <ol>
        {byPeople.map((entry) => (
          <li key={entry.at}>
            <strong>{formats.number(meanMpp(entry.mpp), 4)} µm</strong>
            <span>
              {entry.accountName} · {formats.dateTime(entry.at)}
            </span>
            <q>{entry.reason}</q>
          </li>
        ))}
      </ol>
    </section>
  );
}
