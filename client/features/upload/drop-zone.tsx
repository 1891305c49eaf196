import type { RefObject } from 'react';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icons/icon.tsx';
import { readPickedFiles } from './read-dropped-files.ts';
import { uploadWords } from './upload-words.ts';
import type { OnFiles } from './use-drop-target.ts';

export interface PickerRefs {
  readonly files: RefObject<HTMLInputElement | null>;
  readonly folder: RefObject<HTMLInputElement | null>;
}

interface HiddenPickerProps {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly isFolder: boolean;
  readonly onFiles: OnFiles;
}

function HiddenPicker({ input, isFolder, onFiles }: HiddenPickerProps) {
  const t = useWords(uploadWords);
  return (
    <input
      ref={input}
      type="file"
      multiple
      hidden
      aria-label={isFolder ? t('pickFolder') : t('pickFiles')}
      {...(isFolder ? { webkitdirectory: '' } : {})}
      onChange={(event) => {
        const { files } = event.currentTarget;
        if (files !== null && files.length > 0) onFiles(readPickedFiles(files));
        event.currentTarget.value = '';
      }}
    />
  );
}

interface DropZoneProps {
  readonly isOver: boolean;
  readonly isReading: boolean;
  readonly pickers: PickerRefs;
  readonly onFiles: OnFiles;
}

export function DropZone({ isOver, isReading, pickers, onFiles }: DropZoneProps) {
  const t = useWords(uploadWords);
  return (
    <div className="upload-drop" data-over={isOver || undefined}>
      <span className="upload-drop-mark">
        <Icon name="upload" size={26} />
      </span>
      <div className="upload-drop-text">
        <h2>{isOver ? t('dropNow') : t('dropTitle')}</h2>
        <p>{t('dropHint')}</p>
      </div>
      <div className="upload-drop-actions">
        <Button
          look="primary"
          icon="file"
          isPending={isReading}
          onPress={() => pickers.files.current?.click()}
        >
          {t('pickFiles')}
        </Button>
        <Button icon="folder" onPress={() => pickers.folder.current?.click()}>
          {t('pickFolder')}
        </Button>
      </div>
      <HiddenPicker input={pickers.files} isFolder={false} onFiles={onFiles} />
      <HiddenPicker input={pickers.folder} isFolder onFiles={onFiles} />
    </div>
  );
}
