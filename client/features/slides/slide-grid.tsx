import { GridList, GridListItem } from 'react-aria-components/GridList';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { Badge } from '../../ui/badge.tsx';
import { describeMagnification, describePixels, hospitalNameOf } from './slide-facts.ts';
import { SharedBadge, SlideStatusMark } from './slide-marks.tsx';
import { type SlideActions, SlideMenu } from './slide-menu.tsx';
import { SlideThumbnail } from './slide-thumbnail.tsx';
import { slidesWords } from './slides-words.ts';

export interface SlideListProps {
  readonly slides: readonly SlideSummary[];
  readonly actions: SlideActions;
}

function SlideCard({ slide, actions }: { slide: SlideSummary; actions: SlideActions }) {
  const t = useWords(slidesWords);
  const formats = useFormats();
  const { deletedAt } = slide;
  return (
    <>
      <div className="slide-card-picture">
        <SlideThumbnail slide={slide} />
        {slide.stain === null ? null : (
          <span className="slide-card-stain">
            <Badge>{slide.stain}</Badge>
          </span>
        )}
      </div>
      <div className="slide-card-text">
        <div className="slide-card-head">
          <h2 title={slide.name}>{slide.name}</h2>
          <SlideMenu slide={slide} actions={actions} />
        </div>
        <p title={hospitalNameOf(slide, formats)}>{hospitalNameOf(slide, formats)}</p>
        <p>
          {describeMagnification(slide, t, formats)} · {formats.bytes(slide.originalBytes)}
        </p>
        <p>{describePixels(slide, formats)}</p>
        <SharedBadge slide={slide} />
        {deletedAt === null ? (
          <SlideStatusMark slide={slide} />
        ) : (
          <p>{t('deletedOn', { when: formats.dateTime(deletedAt) })}</p>
        )}
      </div>
    </>
  );
}

export function SlideGrid({ slides, actions }: SlideListProps) {
  const t = useWords(slidesWords);
  return (
    <GridList
      className="slide-grid"
      aria-label={t('list')}
      layout="grid"
      keyboardNavigationBehavior="tab"
    >
      {slides.map((slide) => (
        <GridListItem
          key={slide.id}
          id={slide.id}
          textValue={slide.name}
          className="slide-card"
          {...(slide.deletedAt === null ? { href: `/slides/${slide.id}` } : {})}
        >
          <SlideCard slide={slide} actions={actions} />
        </GridListItem>
      ))}
    </GridList>
  );
}
