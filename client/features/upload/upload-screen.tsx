import { useRef } from 'react';
import { uploadQueue } from '../../api/upload/upload-queue.ts';
import type { HotkeyScope } from '../../app/hotkeys/binding.ts';
import { useHotkeys } from '../../app/hotkeys/hotkeys.ts';
import { bilingual, useWords } from '../../app/i18n.ts';
import { DropZone } from './drop-zone.tsx';
import { QueueList } from './queue-list.tsx';
import { RescanInbox } from './rescan-inbox.tsx';
import { keepPreviews } from './sent-previews.ts';
import { StagedList } from './staged-list.tsx';
import { mayBeSent } from './staged-slide.ts';
import './upload.css';
import { uploadWords } from './upload-words.ts';
import { type OnFiles, useDropTarget } from './use-drop-target.ts';
import { useStaging } from './use-staging.ts';

const SCOPE: HotkeyScope = { id: 'upload', label: bilingual(uploadWords, 'keys') };

function useUploadKeys(pick: () => void, send: () => void): void {
  useHotkeys(SCOPE, [
    { id: 'upload.pick', label: bilingual(uploadWords, 'pickFiles'), keys: ['KeyO'], run: pick },
    {
      id: 'upload.send',
      label: bilingual(uploadWords, 'sendNow'),
      keys: ['Mod+Enter'],
      run: send,
    },
  ]);
}

/** The technician's page: choose, look, send, watch. */
export function UploadScreen() {
  const t = useWords(uploadWords);
  const { staging, state } = useStaging();
  const pickers = {
    files: useRef<HTMLInputElement>(null),
    folder: useRef<HTMLInputElement>(null),
  };
  const onFiles: OnFiles = (files) => void staging.add(files);
  const isOver = useDropTarget(onFiles);
  const pick = () => pickers.files.current?.click();
  const send = () => {
    const going = staging.state().staged.filter(mayBeSent);
    if (going.length === 0) return;
    uploadQueue().add(going.map(({ slide }) => ({ ...slide, name: slide.name.trim() })));
    keepPreviews(going);
    staging.release(going.map(({ key }) => key));
  };
  useUploadKeys(pick, send);
  return (
    <div className="screen upload-screen">
      <div className="screen-head">
        <h1>{t('title')}</h1>
      </div>
      <RescanInbox />
      <DropZone isOver={isOver} isReading={state.reading > 0} pickers={pickers} onFiles={onFiles} />
      <StagedList staging={staging} state={state} onSend={send} />
      <QueueList onPickAgain={pick} />
    </div>
  );
}
