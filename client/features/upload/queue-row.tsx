import { uploadQueue } from '../../api/upload/upload-queue.ts';
import type { UploadItem } from '../../api/upload/upload-item.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton, IconToggle } from '../../ui/icon-button.tsx';
import { showToast } from '../../ui/toast.tsx';
import { sayFailure } from './describe-slide.ts';
import { describeTransfer, describeUpload } from './describe-upload.ts';
import { FinishedRow } from './finished-row.tsx';
import { canPause, isOver } from './queue-groups.ts';
import { RowFrame } from './row-frame.tsx';
import { RowWatching } from './row-watching.tsx';
import { uploadWords } from './upload-words.ts';

interface RowProps {
  readonly item: UploadItem;
  readonly onPickAgain: () => void;
}

function EndActions({ item: { id, state } }: { readonly item: UploadItem }) {
  const t = useWords(uploadWords);
  const queue = uploadQueue();
  return (
    <>
      {state.kind === 'failed' ? (
        <Button size="small" icon="refresh" onPress={() => queue.retry(id)}>
          {t('retry')}
        </Button>
      ) : null}
      <IconButton
        icon="close"
        label={t('dismiss')}
        placement="right"
        onPress={() => queue.dismiss(id)}
      />
    </>
  );
}

/** The way back to a file after a reload: a question of the browser where it can ask, else the picker. */
function FindFile({ item: { id, state }, onPickAgain }: RowProps) {
  const t = useWords(uploadWords);
  if (state.kind !== 'needs-file') return null;
  return state.canAsk ? (
    <Button size="small" icon="play" onPress={() => uploadQueue().resume(id)}>
      {t('allowReading')}
    </Button>
  ) : (
    <Button size="small" icon="file" onPress={onPickAgain}>
      {t('pickAgain')}
    </Button>
  );
}

/** Hints stand beside the buttons: below, they would cover the buttons of the next row. */
function RowActions({ item, onPickAgain }: RowProps) {
  const t = useWords(uploadWords);
  const queue = uploadQueue();
  const { state, id, name } = item;
  if (isOver(item)) return <EndActions item={item} />;
  return (
    <>
      <FindFile item={item} onPickAgain={onPickAgain} />
      {state.kind === 'preparing' || state.kind === 'finishing' ? null : (
        <IconToggle
          icon="arrow-up"
          label={t('urgent')}
          hint="U"
          placement="left"
          isSelected={item.isUrgent}
          onChange={(isUrgent) => queue.markUrgent(id, isUrgent)}
        />
      )}
      {canPause(item) ? (
        <IconButton
          icon="pause"
          label={t('pause')}
          placement="left"
          onPress={() => queue.pause(id)}
        />
      ) : null}
      {state.kind === 'paused' ? (
        <IconButton
          icon="play"
          label={t('resume')}
          placement="left"
          onPress={() => queue.resume(id)}
        />
      ) : null}
      <IconButton
        icon="close"
        label={t('cancel')}
        placement="right"
        onPress={() => {
          queue.cancel(id);
          showToast({ title: t('cancelledToast', { name }) });
        }}
      />
    </>
  );
}

export function QueueRow({ item, onPickAgain }: RowProps) {
  const t = useWords(uploadWords);
  const formats = useFormats();
  const { state } = item;
  if (state.kind === 'finished') return <FinishedRow item={item} state={state} />;
  return (
    <RowFrame
      name={item.name}
      state={state.kind}
      detail={
        item.isUrgent
          ? `${t('urgentMarked')} · ${describeTransfer(item, t, formats)}`
          : describeTransfer(item, t, formats)
      }
      onUrgent={isOver(item) ? null : () => uploadQueue().markUrgent(item.id, !item.isUrgent)}
      failure={state.kind === 'failed' ? sayFailure(state, formats.language) : null}
      {...describeUpload(item, t)}
      actions={<RowActions item={item} onPickAgain={onPickAgain} />}
    >
      <RowWatching item={item} />
    </RowFrame>
  );
}
