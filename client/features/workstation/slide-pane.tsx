import { type DragEvent, useState } from 'react';
import type { SlideId } from '../../../shared/ids.ts';
import type { SlideDetail, SlideStatus } from '../../../shared/slide/slide.ts';
import { useWords } from '../../app/i18n.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { PaneHeader } from './pane-header.tsx';
import { PaneStage } from './pane-stage.tsx';
import { carriesSlide, droppedSlide } from './slide-drag.ts';
import './slide-pane.css';
import { SlideNotReady } from './slide-not-ready.tsx';
import { useFreshWhileArriving } from './use-arrival.ts';
import { useSlide } from './use-slide.ts';
import { useTileQuality } from './use-tile-quality.ts';
import { useComposition, useWorkstationContext } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

/** One pane: its header and its slide, or why there is none. Takes slides that are dropped on it. */
export function SlidePane({ pane }: { readonly pane: PaneId }) {
  const t = useWords(workstationWords);
  const { store, openSlide } = useWorkstationContext();
  const slideId = useComposition((now) => now.slides[pane]);
  const isActive = useComposition((now) => now.active === pane && now.layout !== 'one');
  const [isOver, setIsOver] = useState(false);

  function over(event: DragEvent): void {
    if (!carriesSlide(event)) return;
    event.preventDefault();
    setIsOver(true);
  }

  function drop(event: DragEvent): void {
    const dropped = droppedSlide(event);
    setIsOver(false);
    if (dropped === null) return;
    event.preventDefault();
    store.setState({ active: pane });
    openSlide(pane, dropped);
  }

  return (
    <section
      className="pane"
      data-pane={pane}
      data-active={isActive || undefined}
      onDragOver={over}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
      onFocus={() => store.setState({ active: pane })}
    >
      {slideId === null ? (
        <EmptyState icon="pane" title={t('paneEmpty')}>
          {t('paneEmptyNext')}
        </EmptyState>
      ) : (
        <OpenSlide pane={pane} slideId={slideId} />
      )}
      {isOver ? <div className="pane-drop">{t('dropHere')}</div> : null}
    </section>
  );
}

interface OpenSlideProps {
  readonly pane: PaneId;
  readonly slideId: SlideId;
}

function OpenSlide({ pane, slideId }: OpenSlideProps) {
  const slide = useSlide(slideId);
  if (slide.data === undefined) {
    return slide.isError ? (
      <ErrorPanel error={slide.error} onRetry={() => void slide.refetch()} />
    ) : (
      <Spinner />
    );
  }
  return (
    <>
      <PaneHeader pane={pane} slide={slide.data} />
      <Picture pane={pane} slide={slide.data} />
    </>
  );
}

interface PictureProps {
  readonly pane: PaneId;
  readonly slide: SlideDetail;
}

/** 'stored' with properties: the moment between the last chunk and the opening of the whole. */
const VIEWABLE: ReadonlySet<SlideStatus['kind']> = new Set(['ready', 'arriving', 'stored']);

/** Coarse levels can be looked at while the rest arrives; a slide without a pyramid cannot. */
function Picture({ pane, slide }: PictureProps) {
  useFreshWhileArriving(slide);
  const { properties, status } = slide;
  const quality = useTileQuality();
  const isViewable = properties !== null && VIEWABLE.has(status.kind);
  if (!isViewable) return <SlideNotReady slide={slide} />;
  return (
    <PaneStage
      // Another quality is another picture: it begins anew where it was.
      key={`${slide.id} ${slide.revision} ${quality}`}
      pane={pane}
      slide={slide}
      pyramid={properties.pyramid}
      quality={quality}
    />
  );
}
