import { formatMagnification, magnificationOf } from '../../../shared/geometry/magnification.ts';
import type { SlideDetail } from '../../../shared/slide/slide.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { PANE_IDS, type PaneId } from '../../state/workstation-composition.ts';
import { Badge } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icons/icon.tsx';
import { mppInForce } from './use-slide.ts';
import { useField, usePaneViewer, useView } from './use-viewer.ts';
import { WhoLooks } from './who-looks.tsx';
import { useComposition } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

interface PaneHeaderProps {
  readonly pane: PaneId;
  readonly slide: SlideDetail;
}

/** Which slide, which stain, how large: a glance tells the panes apart. */
export function PaneHeader({ pane, slide }: PaneHeaderProps) {
  const t = useWords(workstationWords);
  const formats = useFormats();
  const isMany = useComposition((now) => now.layout !== 'one');
  const isLinked = useComposition((now) => now.isLinked);
  return (
    <header className="pane-header">
      {isMany ? <span className="pane-number">{PANE_IDS.indexOf(pane) + 1}</span> : null}
      <h2 className="pane-name" title={slide.name}>
        {slide.name}
      </h2>
      {slide.stain === null ? null : <Badge>{slide.stain}</Badge>}
      {slide.access === 'shared' ? (
        <Badge icon="share">
          {slide.sharedUntil === null
            ? t('shared')
            : t('sharedUntil', { date: formats.date(slide.sharedUntil) })}
        </Badge>
      ) : null}
      {slide.deletedAt === null ? null : <Badge tone="warning">{t('deleted')}</Badge>}
      {slide.status.kind === 'arriving' ? (
        <Badge tone="info" icon="upload">
          {t('arrivingBadge', { percent: formats.percent(slide.status.received) })}
        </Badge>
      ) : null}
      <span className="pane-header-gap" />
      <WhoLooks slide={slide} />
      {isMany && isLinked ? <Icon name="link" size={14} /> : null}
      <PaneMagnification pane={pane} slide={slide} />
    </header>
  );
}

function PaneMagnification({ pane, slide }: PaneHeaderProps) {
  const viewer = usePaneViewer(pane);
  const view = useView(viewer);
  const field = useField(viewer);
  const mpp = mppInForce(slide.calibration);
  if (view === null || mpp === null) return null;
  return (
    <span className="pane-magnification" data-complete={field?.isComplete || undefined}>
      {formatMagnification(magnificationOf(mpp, view.pxPerScreenPx))}×
    </span>
  );
}
