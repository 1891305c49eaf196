import type { UploadItem } from '../../api/upload/upload-item.ts';
import { uploadQueue } from '../../api/upload/upload-queue.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { groupQueue, type QueueGroups } from './queue-groups.ts';
import { QueueRow } from './queue-row.tsx';
import { uploadWords } from './upload-words.ts';
import { useUploadItems } from './use-upload-queue.ts';

/** Said aloud when it changes: counts only, so that a moving bar does not chatter. */
function Summary({ groups: { underWay, done, failed } }: { readonly groups: QueueGroups }) {
  const t = useWords(uploadWords);
  const parts = [
    ...(underWay === 0 ? [] : [t('countUnderWay', { count: underWay })]),
    ...(done.length === 0 ? [] : [t('countDone', { count: done.length })]),
    ...(failed === 0 ? [] : [t('countFailed', { count: failed })]),
  ];
  return <output className="upload-section-note">{parts.join(' · ')}</output>;
}

function QueueActions({ groups: { stoppable, paused, done } }: { readonly groups: QueueGroups }) {
  const t = useWords(uploadWords);
  const queue = uploadQueue();
  const each = (items: readonly UploadItem[], act: (id: UploadItem['id']) => void) => () => {
    for (const { id } of items) act(id);
  };
  return (
    <>
      {stoppable.length < 2 ? null : (
        <Button size="small" icon="pause" onPress={each(stoppable, (id) => queue.pause(id))}>
          {t('pauseAll')}
        </Button>
      )}
      {paused.length < 2 ? null : (
        <Button size="small" icon="play" onPress={each(paused, (id) => queue.resume(id))}>
          {t('resumeAll')}
        </Button>
      )}
      {done.length === 0 ? null : (
        <Button size="small" look="quiet" onPress={each(done, (id) => queue.dismiss(id))}>
          {t('dismissDone')}
        </Button>
      )}
    </>
  );
}

export function QueueList({ onPickAgain }: { readonly onPickAgain: () => void }) {
  const t = useWords(uploadWords);
  const items = useUploadItems();
  const groups = groupQueue(items);
  return (
    <section className="upload-section" aria-labelledby="upload-queue">
      <div className="upload-section-head">
        <h2 id="upload-queue">{t('queueTitle')}</h2>
        <Summary groups={groups} />
        <QueueActions groups={groups} />
      </div>
      {items.length === 0 ? (
        <div className="upload-none">
          <EmptyState icon="upload" title={t('queueEmptyTitle')}>
            {t('queueEmpty')}
          </EmptyState>
        </div>
      ) : (
        <ul className="upload-rows">
          {items.map((item) => (
            <QueueRow key={item.id} item={item} onPickAgain={onPickAgain} />
          ))}
        </ul>
      )}
    </section>
  );
}
