import { useRef } from 'react';
import { uploadQueue } from '../../api/upload/upload-queue.ts';
import type { HotkeyScope } from '../../app/hotkeys/binding.ts';
import { useHotkeys } from '../../app/hotkeys/hotkeys.ts';
import { bilingual, useWords } from '../../app/i18n.ts';
import { DropZone, type OnFiles, useDropTarget } from './drop-zone.tsx';
import { QueueList } from './queue-list.tsx';
import { StagedList } from './staged-list.tsx';
import './upload.css';
import { uploadWords } from './upload-words.ts';
import { mayBeSent, useStagedSlides } from './use-staged-slides.ts';

const SCOPE: HotkeyScope = { id: 'upload', label: bilingual(uploadWords, 'keys') };

/** The technician's page: choose, look, send, watch. */
export function UploadScreen() {
  const t = useWords(uploadWords);
  const staging = useStagedSlides();
  const pickers = {
    files: useRef<HTMLInputElement>(null),
    folder: useRef<HTMLInputElement>(null),
  };
  const onFiles: OnFiles = (files) => void staging.add(files);
  const { isOver, target } = useDropTarget(onFiles);
  const pick = () => pickers.files.current?.click();
  const send = () => {
    const going = staging.staged.filter(mayBeSent);
    if (going.length === 0) return;
    uploadQueue().add(going.map(({ slide }) => slide));
    for (const { key } of going) staging.remove(key);
  };
  useHotkeys(SCOPE, [
    { id: 'upload.pick', label: bilingual(uploadWords, 'pickFiles'), keys: ['KeyO'], run: pick },
    {
      id: 'upload.send',
      label: bilingual(uploadWords, 'stagedTitle'),
      keys: ['Mod+Enter'],
      run: send,
    },
  ]);
  return (
    <div className="screen upload-screen" {...target}>
      <div className="screen-head">
        <h1>{t('title')}</h1>
      </div>
      <DropZone isOver={isOver} isReading={staging.isReading} pickers={pickers} onFiles={onFiles} />
      <StagedList staging={staging} onSend={send} />
      <QueueList onPickAgain={pick} />
    </div>
  );
}
