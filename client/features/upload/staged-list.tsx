import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StagedCard } from './staged-card.tsx';
import { mayBeSent } from './staged-slide.ts';
import type { Staging, StagingState } from './staging.ts';
import { uploadWords } from './upload-words.ts';

interface StagedListProps {
  readonly staging: Staging;
  readonly state: StagingState;
  readonly onSend: () => void;
}

const NAMED = 3;

/** The first few of a list of names; the rest is only said to be there. */
function useNames(names: readonly string[]): string {
  const t = useWords(uploadWords);
  const first = names.slice(0, NAMED).join(t('between'));
  return names.length > NAMED ? t('ignoredMore', { names: first }) : first;
}

function Notes({ ignored, takenUp, error }: StagingState) {
  const t = useWords(uploadWords);
  const ignoredNames = useNames(ignored);
  const takenUpNames = useNames(takenUp);
  return (
    <>
      {error === null ? null : <ErrorLine error={error} />}
      {takenUp.length === 0 ? null : (
        <Notice tone="success">{t('takenUp', { names: takenUpNames })}</Notice>
      )}
      {ignored.length === 0 ? null : (
        <Notice>{t('ignored', { count: ignored.length, names: ignoredNames })}</Notice>
      )}
    </>
  );
}

function SendButton({ state, onSend }: Omit<StagedListProps, 'staging'>) {
  const t = useWords(uploadWords);
  const sendable = state.staged.filter(mayBeSent).length;
  const isReading = state.staged.some(({ preview }) => preview === null);
  const none = isReading ? t('reading') : t('sendNone');
  return (
    <Button look="primary" icon="upload" isDisabled={sendable === 0} onPress={onSend}>
      {sendable === 0 ? none : t('sendAll', { count: sendable })}
    </Button>
  );
}

/** What was chosen, seen on this computer before anything is sent. */
export function StagedList({ staging, state, onSend }: StagedListProps) {
  const t = useWords(uploadWords);
  return (
    <>
      <Notes {...state} />
      {state.staged.length === 0 ? null : (
        <section className="upload-section" aria-labelledby="upload-staged">
          <div className="upload-section-head upload-section-head-stays">
            <h2 id="upload-staged">{t('stagedTitle')}</h2>
            <p className="upload-section-note">{t('stagedHint')}</p>
            <Button look="quiet" onPress={() => staging.clear()}>
              {t('clearAll')}
            </Button>
            <SendButton state={state} onSend={onSend} />
          </div>
          <ul className="staged-cards">
            {state.staged.map((one) => (
              <StagedCard key={one.key} one={one} staging={staging} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
