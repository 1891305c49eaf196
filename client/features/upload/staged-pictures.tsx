import { Button as AriaButton } from 'react-aria-components/Button';
import { useWords } from '../../app/i18n.ts';
import { Icon } from '../../ui/icons/icon.tsx';
import { PopoverButton } from '../../ui/popover-button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import type { StagedSlide } from './staged-slide.ts';
import { uploadWords } from './upload-words.ts';

interface PictureUrls {
  readonly thumbnailUrl: string | null;
  readonly labelUrl: string | null;
}

function urlsOf({ preview }: StagedSlide): PictureUrls {
  switch (preview?.kind) {
    case 'opens':
      return preview;
    case 'flat':
      return { thumbnailUrl: preview.thumbnailUrl, labelUrl: null };
    case 'server-decides':
    case 'refused':
    case undefined:
      return { thumbnailUrl: null, labelUrl: null };
  }
}

function NoPicture({ preview }: Pick<StagedSlide, 'preview'>) {
  const t = useWords(uploadWords);
  return (
    <div className="staged-picture staged-picture-none">
      {preview === null ? (
        <Spinner />
      ) : (
        <>
          <Icon name={preview.kind === 'refused' ? 'error' : 'file'} size={20} />
          {t('noPreview')}
        </>
      )}
    </div>
  );
}

interface LargeProps {
  readonly name: string;
  readonly urls: PictureUrls;
}

/** Large enough to read the label by. */
function LargePictures({ name, urls: { thumbnailUrl, labelUrl } }: LargeProps) {
  const t = useWords(uploadWords);
  return (
    <div className="staged-large">
      {labelUrl === null ? null : <img src={labelUrl} alt={t('labelOf', { name })} />}
      {thumbnailUrl === null ? null : <img src={thumbnailUrl} alt={t('preview', { name })} />}
    </div>
  );
}

/** Thumbnail and label of a chosen slide; pressed, they are shown large. */
export function StagedPictures({ one }: { readonly one: StagedSlide }) {
  const t = useWords(uploadWords);
  const { name } = one.slide;
  const urls = urlsOf(one);
  const { thumbnailUrl, labelUrl } = urls;
  const small = (
    <>
      {thumbnailUrl === null ? (
        <NoPicture preview={one.preview} />
      ) : (
        <img className="staged-picture" src={thumbnailUrl} alt={t('preview', { name })} />
      )}
      {labelUrl === null ? null : (
        <img className="staged-label" src={labelUrl} alt={t('labelOf', { name })} />
      )}
    </>
  );
  if (thumbnailUrl === null && labelUrl === null) {
    return <div className="staged-pictures">{small}</div>;
  }
  const label = t('enlarge', { name });
  return (
    <PopoverButton
      label={label}
      placement="right top"
      trigger={
        <AriaButton className="staged-pictures" aria-label={label}>
          {small}
        </AriaButton>
      }
    >
      <LargePictures name={name} urls={urls} />
    </PopoverButton>
  );
}
