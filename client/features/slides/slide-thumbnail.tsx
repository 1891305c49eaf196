import { useState } from 'react';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { useWords } from '../../app/i18n.ts';
import { urlOf } from '../../api/url.ts';
import { Icon } from '../../ui/icons/icon.tsx';
import { slidesWords } from './slides-words.ts';

function canHaveThumbnail(slide: SlideSummary): boolean {
  return (
    slide.widthPx !== null && (slide.status.kind === 'ready' || slide.status.kind === 'arriving')
  );
}

/** The whole slide, never its label. What has not come is hatched, never white. */
export function SlideThumbnail({ slide }: { readonly slide: SlideSummary }) {
  const t = useWords(slidesWords);
  const plain = urlOf('slide.thumbnail', { slideId: slide.id, revision: slide.revision });
  // While it arrives, each per cent that is new is a reason to ask again.
  const url = slide.status.kind === 'arriving' ? `${plain}#${slide.status.received}` : plain;
  const [failedUrl, setFailedUrl] = useState<string | null>(null);
  if (!canHaveThumbnail(slide) || failedUrl === url) {
    return (
      <span className="slide-thumbnail slide-thumbnail-none" title={t('noThumbnail')}>
        <Icon name={slide.status.kind === 'failed' ? 'warning' : 'clock'} size={22} />
      </span>
    );
  }
  return (
    <img
      className="slide-thumbnail"
      src={url}
      alt={t('thumbnailOf', { name: slide.name })}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailedUrl(url)}
    />
  );
}
