import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StagedCard } from './staged-card.tsx';
import { uploadWords } from './upload-words.ts';
import { mayBeSent, type Staging } from './use-staged-slides.ts';

interface StagedListProps {
  readonly staging: Staging;
  readonly onSend: () => void;
}

const NAMED = 3;

function Ignored({ paths }: { readonly paths: readonly string[] }) {
  const t = useWords(uploadWords);
  if (paths.length === 0) return null;
  const names = paths.slice(0, NAMED).join(', ');
  return (
    <Notice>
      {t('ignored', {
        count: paths.length,
        names: paths.length > NAMED ? t('ignoredMore', { names }) : names,
      })}
    </Notice>
  );
}

/** What was chosen, seen on this computer before anything is sent. */
export function StagedList({ staging, onSend }: StagedListProps) {
  const t = useWords(uploadWords);
  const { staged, ignored, error } = staging;
  const sendable = staged.filter(mayBeSent).length;
  return (
    <>
      {error === null ? null : <ErrorLine error={error} />}
      <Ignored paths={ignored} />
      {staged.length === 0 ? null : (
        <section className="upload-section" aria-labelledby="upload-staged">
          <div className="upload-section-head">
            <h2 id="upload-staged">{t('stagedTitle')}</h2>
            <p>{t('stagedHint')}</p>
            <Button look="quiet" onPress={() => staging.clear()}>
              {t('clearAll')}
            </Button>
            <Button look="primary" icon="upload" isDisabled={sendable === 0} onPress={onSend}>
              {t('sendAll', { count: sendable })}
            </Button>
          </div>
          <ul className="staged-cards">
            {staged.map((one) => (
              <StagedCard key={one.key} one={one} staging={staging} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
