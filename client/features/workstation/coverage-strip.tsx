import type { SlideDetail } from '../../../shared/slide/slide.ts';
import { countIndices } from '../../../shared/upload/received-runs.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import './coverage-strip.css';
import { useCoverage } from './use-slide.ts';
import { workstationWords } from './workstation-words.ts';

/** The file from its first to its last byte: dark is there, dashed is on its way. */
export function CoverageStrip({ slide }: { readonly slide: SlideDetail }) {
  const t = useWords(workstationWords);
  const formats = useFormats();
  const coverage = useCoverage(slide).data;
  if (coverage === undefined) return null;
  const { chunkCount, received } = coverage;
  const percent = formats.percent(countIndices(received) / chunkCount);
  return (
    <svg
      className="coverage"
      viewBox={`0 0 ${chunkCount} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t('coverage', { percent })}
      data-testid="coverage"
    >
      {received.map(([first, afterLast]) => (
        <rect key={first} x={first} y={0} width={afterLast - first} height={1} />
      ))}
    </svg>
  );
}
