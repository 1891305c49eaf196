import { useNavigate } from '@tanstack/react-router';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { type Formats, useFormats } from '../../app/formats.ts';
import { type Translate, useWords } from '../../app/i18n.ts';
import { Badge } from '../../ui/badge.tsx';
import { Table, type TableColumn } from '../../ui/table.tsx';
import { describeMagnification, describePixels, hospitalNameOf } from './slide-facts.ts';
import type { SlideListProps } from './slide-grid.tsx';
import { SharedBadge, SlideStatusMark } from './slide-marks.tsx';
import { type SlideActions, SlideMenu } from './slide-menu.tsx';
import { SlideThumbnail } from './slide-thumbnail.tsx';
import { slidesWords } from './slides-words.ts';

function NameCell({ slide }: { readonly slide: SlideSummary }) {
  return (
    <div className="slide-name-cell">
      <SlideThumbnail slide={slide} />
      <div>
        <span className="slide-name">{slide.name}</span>
        <SharedBadge slide={slide} />
      </div>
    </div>
  );
}

function UploadedCell({ slide, formats }: { slide: SlideSummary; formats: Formats }) {
  return (
    <div className="slide-two-lines">
      <span>{formats.dateTime(slide.createdAt)}</span>
      <span>{slide.uploadedByName}</span>
    </div>
  );
}

interface DimensionsProps {
  readonly slide: SlideSummary;
  readonly t: Translate<(typeof slidesWords)['zh']>;
  readonly formats: Formats;
}

function DimensionsCell({ slide, t, formats }: DimensionsProps) {
  return (
    <div className="slide-two-lines">
      <span>{describePixels(slide, formats)}</span>
      <span>{describeMagnification(slide, t, formats)}</span>
    </div>
  );
}

function StainCell({ stain }: { readonly stain: string | null }) {
  return stain === null ? null : <Badge>{stain}</Badge>;
}

function makeColumns(
  t: Translate<(typeof slidesWords)['zh']>,
  formats: Formats,
  actions: SlideActions,
): readonly TableColumn<SlideSummary>[] {
  return [
    {
      id: 'name',
      title: t('name'),
      isRowHeader: true,
      render: (slide) => <NameCell slide={slide} />,
    },
    { id: 'stain', title: t('stain'), render: (slide) => <StainCell stain={slide.stain} /> },
    {
      id: 'hospital',
      title: t('hospital'),
      render: (slide) => <span className="slide-hospital">{hospitalNameOf(slide, formats)}</span>,
    },
    { id: 'status', title: t('status'), render: (slide) => <SlideStatusMark slide={slide} /> },
    {
      id: 'dimensions',
      title: t('dimensions'),
      render: (slide) => <DimensionsCell slide={slide} t={t} formats={formats} />,
    },
    {
      id: 'bytes',
      title: t('fileSize'),
      align: 'end',
      render: (slide) => <span className="slide-bytes">{formats.bytes(slide.originalBytes)}</span>,
    },
    {
      id: 'uploaded',
      title: t('uploaded'),
      render: (slide) => <UploadedCell slide={slide} formats={formats} />,
    },
    {
      id: 'actions',
      title: t('actions'),
      hideTitle: true,
      align: 'end',
      width: 48,
      render: (slide) => <SlideMenu slide={slide} actions={actions} />,
    },
  ];
}

export function SlideTable({ slides, actions }: SlideListProps) {
  const t = useWords(slidesWords);
  const formats = useFormats();
  const navigate = useNavigate();
  const open = (slide: SlideSummary) => {
    if (slide.deletedAt !== null) return;
    void navigate({ to: '/slides/$slideId', params: { slideId: slide.id } });
  };
  return (
    <Table
      label={t('list')}
      columns={makeColumns(t, formats, actions)}
      items={slides}
      density="roomy"
      onOpen={open}
    />
  );
}
