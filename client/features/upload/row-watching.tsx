import { formatMagnification, magnificationOf } from '../../../shared/geometry/magnification.ts';
import type { PresentReader } from '../../../shared/live/live-wire.ts';
import type { SlideId } from '../../../shared/ids.ts';
import type { SlideDetail } from '../../../shared/slide/slide.ts';
import type { UploadItem } from '../../api/upload/upload-item.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { useNow } from '../../app/use-now.ts';
import { Icon } from '../../ui/icons/icon.tsx';
import { liveWords } from './live-words.ts';
import './live.css';
import { sentPicture } from './sent-previews.ts';
import { SlideMap } from './slide-map.tsx';
import { usePersonWords } from './use-person-words.ts';
import { useWatchedSlide } from './use-watched-slide.ts';

/** Who looks at a slide of the queue now, and where; when nobody does, who looked last. */
export function RowWatching({ item }: { readonly item: UploadItem }) {
  return item.slideId === null ? null : <Watching item={item} slideId={item.slideId} />;
}

interface WatchingProps {
  readonly item: UploadItem;
  readonly slideId: SlideId;
}

function Watching({ item, slideId }: WatchingProps) {
  const t = useWords(liveWords);
  const { room, slide, looks } = useWatchedSlide(slideId);
  const { readers } = room;
  if (readers.length === 0 && looks.length === 0) return null;
  return (
    <div className="row-watching" data-testid="row-watching">
      {slide === undefined || readers.length === 0 ? null : (
        <SlideMap
          label={t('mapOf', { name: item.name })}
          slide={slide}
          localPicture={sentPicture(item.name, item.bytes)}
          fields={readers.map(({ presenceId: key, field }) => ({ key, field }))}
          boxes={[]}
        />
      )}
      <output className="row-watching-words">
        {readers.length === 0 ? (
          <LastLook looks={looks} />
        ) : (
          <ReaderLines readers={readers} slide={slide} />
        )}
      </output>
    </div>
  );
}

interface ReaderLinesProps {
  readonly readers: readonly PresentReader[];
  readonly slide: SlideDetail | undefined;
}

/** Each person once; two panes or browsers of one reader are one reader. */
function ReaderLines({ readers, slide }: ReaderLinesProps) {
  const t = useWords(liveWords);
  const sayPerson = usePersonWords();
  const persons = new Map(readers.map((reader) => [reader.accountId, reader]));
  const mpp = slide?.calibration.source === 'none' ? null : (slide?.calibration.mpp ?? null);
  return (
    <>
      {[...persons.values()].map((reader) => (
        <p key={reader.accountId} className="row-watching-now">
          <Icon name="eye" size={16} />
          <strong>{t('viewingNow', { person: sayPerson(reader) })}</strong>
          {mpp === null ? null : (
            <span aria-hidden="true">
              {t('atMagnification', {
                value: formatMagnification(magnificationOf(mpp, reader.field.view.pxPerScreenPx)),
              })}
            </span>
          )}
        </p>
      ))}
    </>
  );
}

function LastLook({ looks }: { readonly looks: ReturnType<typeof useWatchedSlide>['looks'] }) {
  const t = useWords(liveWords);
  const formats = useFormats();
  const sayPerson = usePersonWords();
  const nowMs = useNow();
  const [last] = looks;
  if (last === undefined) return null;
  const when = formats.relative(last.lastAt, nowMs);
  return <p>{t('lastLooked', { person: sayPerson(last), when })}</p>;
}
