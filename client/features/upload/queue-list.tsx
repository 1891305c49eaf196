import { useWords } from '../../app/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueueRow } from './queue-row.tsx';
import { uploadWords } from './upload-words.ts';
import { useUploadItems } from './use-upload-queue.ts';

export function QueueList({ onPickAgain }: { readonly onPickAgain: () => void }) {
  const t = useWords(uploadWords);
  const items = useUploadItems();
  return (
    <section className="upload-section" aria-labelledby="upload-queue">
      <h2 id="upload-queue">{t('queueTitle')}</h2>
      {items.length === 0 ? (
        <EmptyState icon="upload" title={t('queueEmptyTitle')}>
          {t('queueEmpty')}
        </EmptyState>
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
