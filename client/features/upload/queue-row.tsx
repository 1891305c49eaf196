import { Link } from '@tanstack/react-router';
import { describeError, isErrorCode } from '../../../shared/errors/app-error.ts';
import { uploadQueue } from '../../api/upload/upload-queue.ts';
import type { UploadItem } from '../../api/upload/upload-item.ts';
import { useFormats } from '../../app/formats.ts';
import { useLanguage, useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { showToast } from '../../ui/toast.tsx';
import { describeTransfer, describeUpload } from './describe-upload.ts';
import { uploadWords } from './upload-words.ts';

interface RowProps {
  readonly item: UploadItem;
  readonly onPickAgain: () => void;
}

const STOPPABLE = new Set(['waiting', 'sending', 'waiting-for-network', 'waiting-for-room']);
const OVER = new Set(['finished', 'failed', 'cancelled']);

function Failure({ item }: { readonly item: UploadItem }) {
  const language = useLanguage();
  if (item.state.kind !== 'failed') return null;
  const code = isErrorCode(item.state.code) ? item.state.code : 'server.internal';
  const { what, next } = describeError(code, item.state.fields, language);
  return (
    <p className="upload-failure" role="alert">
      {what} {next}
    </p>
  );
}

function EndActions({ item }: { readonly item: UploadItem }) {
  const t = useWords(uploadWords);
  const queue = uploadQueue();
  const { state, id } = item;
  return (
    <>
      {state.kind === 'finished' ? (
        <Link className="upload-open" to="/slides/$slideId" params={{ slideId: state.slideId }}>
          {t('open')}
        </Link>
      ) : null}
      {state.kind === 'failed' ? (
        <Button size="small" icon="refresh" onPress={() => queue.retry(id)}>
          {t('retry')}
        </Button>
      ) : null}
      <IconButton icon="close" label={t('dismiss')} onPress={() => queue.dismiss(id)} />
    </>
  );
}

function RowActions({ item, onPickAgain }: RowProps) {
  const t = useWords(uploadWords);
  const queue = uploadQueue();
  const { state, id, name } = item;
  if (OVER.has(state.kind)) return <EndActions item={item} />;
  return (
    <>
      {state.kind === 'needs-file' ? (
        <Button size="small" icon="file" onPress={onPickAgain}>
          {t('pickAgain')}
        </Button>
      ) : null}
      {STOPPABLE.has(state.kind) ? (
        <IconButton icon="pause" label={t('pause')} onPress={() => queue.pause(id)} />
      ) : null}
      {state.kind === 'paused' ? (
        <IconButton icon="play" label={t('resume')} onPress={() => queue.resume(id)} />
      ) : null}
      <IconButton
        icon="close"
        label={t('cancel')}
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
  const { tone, text, progress } = describeUpload(item, t);
  return (
    <li className="upload-row" data-state={item.state.kind}>
      <div className="upload-row-name" title={item.name}>
        {item.name}
      </div>
      <div className="upload-row-state">
        <StatusDot tone={tone} text={text} />
        <span className="upload-row-transfer">{describeTransfer(item, t, formats)}</span>
      </div>
      <div className="upload-row-actions">
        <RowActions item={item} onPickAgain={onPickAgain} />
      </div>
      {progress === null ? null : (
        <ProgressBar
          className="upload-row-bar"
          label={t('stateOf', { name: item.name })}
          value={progress}
          isBare
          tone={tone === 'warning' ? 'waiting' : 'normal'}
        />
      )}
      <Failure item={item} />
    </li>
  );
}
