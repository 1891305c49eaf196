import type { SlideDetail } from '../../../shared/slide/slide.ts';
import type { PresentReader } from '../../../shared/live/live-wire.ts';
import { useLiveState, useRoom } from '../../api/live/use-live.ts';
import { useAccount } from '../../api/session.ts';
import { useLanguage, useWords } from '../../app/i18n.ts';
import { Icon } from '../../ui/icons/icon.tsx';
import { rescanWords } from './rescan-words.ts';
import './who-looks.css';

/** Each person once, however many panes and browsers they look through. */
function personsOf(readers: readonly PresentReader[]): readonly PresentReader[] {
  return [...new Map(readers.map((reader) => [reader.accountId, reader])).values()];
}

/** Who else looks at this slide, and that whoever uploaded it sees where this reader looks. */
export function WhoLooks({ slide }: { readonly slide: SlideDetail }) {
  const t = useWords(rescanWords);
  const language = useLanguage();
  const account = useAccount();
  const live = useLiveState();
  const room = useRoom({ kind: 'slide', slideId: slide.id });
  if (account === null) return null;
  const persons = personsOf(room.readers);
  const names = persons
    .slice(0, 2)
    .map((one) =>
      t('person', {
        name: one.displayName,
        hospital: language === 'zh' ? one.hospitalNameZh : one.hospitalNameEn,
      }),
    )
    .join(t('between'));
  const count = persons.length;
  const isDown = live.kind === 'waiting' || live.kind === 'unsigned';
  return (
    <span className="who-looks" data-testid="who-looks" data-live={live.kind}>
      {count === 0 ? null : (
        <span className="who-looks-others" title={names}>
          <Icon name="users" size={14} />
          <span>{count > 2 ? t('andMore', { names, count }) : t('othersLooking', { names })}</span>
        </span>
      )}
      {room.watches ? null : (
        <span
          className="who-looks-seen"
          title={isDown ? t('seenByNobody') : t('seenByHospitalLong')}
        >
          <Icon name={isDown ? 'eye-off' : 'eye'} size={14} />
          <span>{t('seenByHospital')}</span>
          <span className="ui-visually-hidden">
            {isDown ? t('seenByNobody') : t('seenByHospitalLong')}
          </span>
        </span>
      )}
    </span>
  );
}
