import type { LocalPreview, PreviewWarning } from '../../api/upload/upload-item.ts';
import { type Formats, useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { Icon } from '../../ui/icons/icon.tsx';
import { sayFailure } from './describe-slide.ts';
import type { T } from './describe-upload.ts';
import { uploadWords } from './upload-words.ts';

function sayWarning(warning: PreviewWarning, t: T, formats: Formats): string {
  switch (warning.kind) {
    case 'mpp-missing':
      return t('warnMppMissing');
    case 'mpp-implausible':
      return t('warnMppImplausible', { value: formats.number(warning.umPerPx, 4) });
    case 'mpp-against-objective':
      return t('warnMppObjective', {
        value: formats.number(warning.umPerPx, 4),
        power: formats.number(warning.objectivePower, 1),
      });
  }
}

function factsOf(preview: LocalPreview, t: T, formats: Formats): string[] {
  if (preview.kind === 'refused') return [];
  if (preview.kind === 'server-decides') return [t('serverDecides', { vendor: preview.vendor })];
  const { widthPx, heightPx } = preview;
  const size = t('pixels', { width: formats.number(widthPx), height: formats.number(heightPx) });
  if (preview.kind === 'flat') return [size, t('flat', { codec: preview.codec.toUpperCase() })];
  const { objectivePower, mpp, vendor, format } = preview;
  return [
    ...(objectivePower === null ? [] : [t('power', { value: formats.number(objectivePower, 1) })]),
    ...(mpp === null ? [] : [t('perPixel', { value: formats.number(mpp.x, 4) })]),
    size,
    vendor ?? format,
  ];
}

interface PreviewProps {
  readonly preview: LocalPreview;
}

export function StagedFacts({ preview }: PreviewProps) {
  const t = useWords(uploadWords);
  const formats = useFormats();
  const facts = factsOf(preview, t, formats);
  return facts.length === 0 ? null : <p className="staged-facts">{facts.join(' · ')}</p>;
}

export function StagedWarnings({ preview }: PreviewProps) {
  const t = useWords(uploadWords);
  const formats = useFormats();
  if (preview.kind !== 'opens' && preview.kind !== 'flat') return null;
  return preview.warnings.map((warning) => (
    <p key={warning.kind} className="staged-warning">
      <Icon name="warning" size={14} />
      <span>{sayWarning(warning, t, formats)}</span>
    </p>
  ));
}

export function StagedRefusal({ preview }: PreviewProps) {
  const t = useWords(uploadWords);
  const { language } = useFormats();
  if (preview.kind !== 'refused') return null;
  return (
    <p className="staged-refusal" role="alert">
      <Icon name="error" size={14} />
      <span>
        <strong>{t('willFail')}</strong> {sayFailure(preview, language)}
      </span>
    </p>
  );
}
