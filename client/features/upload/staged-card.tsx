import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { StagedFacts, StagedRefusal, StagedWarnings } from './staged-facts.tsx';
import { uploadWords } from './upload-words.ts';
import type { StagedSlide, Staging } from './use-staged-slides.ts';

interface CardProps {
  readonly one: StagedSlide;
  readonly staging: Staging;
}

function Picture({ url, text }: { readonly url: string | null; readonly text: string }) {
  const t = useWords(uploadWords);
  return url === null ? (
    <div className="staged-picture staged-picture-none">{t('noPreview')}</div>
  ) : (
    <img className="staged-picture" src={url} alt={text} />
  );
}

function Pictures({ one }: { readonly one: StagedSlide }) {
  const t = useWords(uploadWords);
  const { preview, slide } = one;
  const shown = preview?.kind === 'opens' || preview?.kind === 'flat' ? preview : null;
  const labelUrl = shown?.kind === 'opens' ? shown.labelUrl : null;
  return (
    <div className="staged-pictures">
      <Picture url={shown?.thumbnailUrl ?? null} text={t('preview', { name: slide.name })} />
      {labelUrl === null ? null : (
        <img className="staged-label" src={labelUrl} alt={t('labelOf', { name: slide.name })} />
      )}
    </div>
  );
}

function Findings({ one, staging }: CardProps) {
  const t = useWords(uploadWords);
  const { preview } = one;
  if (preview === null) {
    return (
      <p className="staged-facts staged-looking">
        <Spinner /> {t('looking')}
      </p>
    );
  }
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
  const formats = useFormats();
  const { slide, key } = one;
  const files = t('fileCount', { count: slide.files.length });
  return (
    <li className="staged-card" data-kind={one.preview?.kind ?? 'reading'}>
      <Pictures one={one} />
      <div className="staged-text">
        <div className="staged-head">
          <TextField
            className="staged-name"
            label={t('slideName')}
            value={slide.name}
            onChange={(name) => staging.rename(key, name)}
          />
          <IconButton icon="trash" label={t('remove')} onPress={() => staging.remove(key)} />
        </div>
        <p className="staged-files">
          {slide.files.length > 1 ? `${files} · ` : ''}
          {formats.bytes(slide.bytes)} · {t('nameHint')}
        </p>
        <Findings one={one} staging={staging} />
      </div>
    </li>
  );
}
