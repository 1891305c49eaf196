import type { LocalSlide } from '../../api/upload/upload-item.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { StagedFacts, StagedRefusal, StagedWarnings } from './staged-facts.tsx';
import { StagedPictures } from './staged-pictures.tsx';
import type { StagedSlide } from './staged-slide.ts';
import type { Staging } from './staging.ts';
import { uploadWords } from './upload-words.ts';

interface CardProps {
  readonly one: StagedSlide;
  readonly staging: Staging;
}

/** Its file, so that it is known again whatever name it was given. */
function useFilesText({ files, bytes }: LocalSlide): string {
  const t = useWords(uploadWords);
  const formats = useFormats();
  const [first] = files;
  const what = files.length === 1 ? (first?.path ?? '') : t('fileCount', { count: files.length });
  return `${what} · ${formats.bytes(bytes)}`;
}

function Findings({ one, staging }: CardProps) {
  const t = useWords(uploadWords);
  const { preview } = one;
  if (preview === null) return <p className="staged-facts">{t('looking')}</p>;
  return (
    <>
      <StagedFacts preview={preview} />
      <StagedWarnings preview={preview} />
      <StagedRefusal preview={preview} />
      {preview.kind === 'refused' ? (
        <Checkbox
          isSelected={one.sendAnyway}
          onChange={(isOn: boolean) => staging.insist(one.key, isOn)}
        >
          {t('sendAnyway')}
        </Checkbox>
      ) : null}
    </>
  );
}

export function StagedCard({ one, staging }: CardProps) {
  const t = useWords(uploadWords);
  const { slide, key } = one;
  const filesText = useFilesText(slide);
  return (
    <li className="staged-card" data-kind={one.preview?.kind ?? 'reading'}>
      <StagedPictures one={one} />
      <div className="staged-text">
        <div className="staged-head">
          <TextField
            className="staged-name"
            label={t('slideName')}
            value={slide.name}
            maxLength={200}
            error={slide.name.trim() === '' ? t('nameMissing') : undefined}
            onChange={(name) => staging.rename(key, name)}
          />
          <span className="staged-files" title={filesText}>
            {filesText}
          </span>
          <IconButton
            icon="trash"
            label={t('removeOne', { name: slide.name })}
            placement="left"
            onPress={() => staging.remove([key])}
          />
        </div>
        <Findings one={one} staging={staging} />
      </div>
    </li>
  );
}
