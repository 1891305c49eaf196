import type { ReactNode } from 'react';
import { formatMagnification } from '../../../shared/geometry/magnification.ts';
import type { SlideId } from '../../../shared/ids.ts';
import type { SlideDetail, SlideProperties } from '../../../shared/slide/slide.ts';
import { describeNote } from '../../../shared/slide-format/notes.ts';
import { urlOf } from '../../api/url.ts';
import { useFormats } from '../../app/formats.ts';
import { useLanguage, useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useOpenCalibration } from './calibration-flow.ts';
import './properties-panel.css';
import { SlideAddresses } from './slide-addresses.tsx';
import { slideDetailsWords } from './slide-details-words.ts';
import { mppInForce, useSlide } from './use-slide.ts';
import { useComposition, useWorkstationContext } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

/** What is known of the slide in the active pane. */
export function PropertiesPanel() {
  const t = useWords(workstationWords);
  const { store } = useWorkstationContext();
  const slideId = useComposition((now) => now.slides[now.active]);
  return (
    <aside className="properties" aria-label={t('properties')}>
      <header className="properties-header">
        <h2>{t('properties')}</h2>
        <IconButton
          icon="close"
          size="small"
          label={t('propertiesHide')}
          onPress={() => store.setState({ isPropertiesOpen: false })}
        />
      </header>
      {slideId === null ? null : <SlideFacts slideId={slideId} />}
    </aside>
  );
}

function SlideFacts({ slideId }: { readonly slideId: SlideId }) {
  const slide = useSlide(slideId).data;
  if (slide === undefined) return null;
  return (
    // Scrolls by keyboard because it takes the focus.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="properties-body" tabIndex={0}>
      <Identity slide={slide} />
      <CalibrationFacts slide={slide} />
      {slide.properties === null ? null : (
        <>
          <Scan slide={slide} properties={slide.properties} />
          <Levels properties={slide.properties} />
        </>
      )}
      <LabelAndMacro slide={slide} />
      <SlideAddresses slide={slide} />
    </div>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
}

function Fact({ name, children }: FactProps) {
  if (children === null || children === '') return null;
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface SlideProps {
  readonly slide: SlideDetail;
}

function Identity({ slide }: SlideProps) {
  const t = useWords(slideDetailsWords);
  const formats = useFormats();
  return (
    <section>
      <h3>{t('identity')}</h3>
      <dl>
        <Fact name={t('name')}>{slide.name}</Fact>
        <Fact name={t('stain')}>{slide.stain}</Fact>
        <Fact name={t('hospital')}>
          {formats.language === 'zh' ? slide.hospitalNameZh : slide.hospitalNameEn}
        </Fact>
        <Fact name={t('uploadedBy')}>{slide.uploadedByName}</Fact>
        <Fact name={t('uploadedAt')}>{formats.dateTime(slide.createdAt)}</Fact>
        <Fact name={t('fileSize')}>{formats.bytes(slide.originalBytes)}</Fact>
        <Fact name={t('note')}>{slide.note}</Fact>
      </dl>
    </section>
  );
}

function CalibrationFacts({ slide }: SlideProps) {
  const t = useWords(slideDetailsWords);
  const formats = useFormats();
  const { mayOpen, open } = useOpenCalibration(slide);
  const { calibration } = slide;
  return (
    <section>
      <h3>{t('calibration')}</h3>
      <dl>
        {calibration.source === 'none' ? (
          <Fact name={t('source')}>{t('sourceNone')}</Fact>
        ) : (
          <Fact name={t('mpp')}>
            {formats.number(calibration.mpp.x, 4)} × {formats.number(calibration.mpp.y, 4)}
          </Fact>
        )}
        {calibration.source === 'file' ? <Fact name={t('source')}>{t('sourceFile')}</Fact> : null}
        {calibration.source === 'person' ? (
          <>
            <Fact name={t('source')}>
              {t('sourcePerson', { name: calibration.accountName })} ·{' '}
              {formats.dateTime(calibration.at)}
            </Fact>
            <Fact name={t('reason')}>{calibration.reason}</Fact>
          </>
        ) : null}
      </dl>
      {mayOpen ? (
        <Button size="small" icon="ruler" onPress={open}>
          {t('calibrate')}
        </Button>
      ) : null}
    </section>
  );
}

interface ScanProps extends SlideProps {
  readonly properties: SlideProperties;
}

function Scan({ slide, properties }: ScanProps) {
  const t = useWords(slideDetailsWords);
  const formats = useFormats();
  const language = useLanguage();
  const { widthPx, heightPx } = properties.pyramid;
  const mpp = mppInForce(slide.calibration);
  return (
    <section>
      <h3>{t('scan')}</h3>
      <dl>
        <Fact name={t('format')}>{properties.format}</Fact>
        <Fact name={t('vendor')}>{properties.vendor}</Fact>
        <Fact name={t('scanner')}>{properties.scanner}</Fact>
        <Fact name={t('scannedAt')}>{properties.scannedAt?.replace('T', ' ') ?? null}</Fact>
        <Fact name={t('objective')}>
          {properties.objectivePower === null
            ? null
            : `${formatMagnification(properties.objectivePower)}×`}
        </Fact>
        <Fact name={t('size')}>
          {t('sizeValue', { width: formats.number(widthPx), height: formats.number(heightPx) })}
        </Fact>
        <Fact name={t('physicalSize')}>
          {mpp === null
            ? null
            : t('physicalValue', {
                width: formats.number((widthPx * mpp.x) / 1000, 1),
                height: formats.number((heightPx * mpp.y) / 1000, 1),
              })}
        </Fact>
        <Fact name={t('compression')}>{properties.compression}</Fact>
        <Fact name={t('icc')}>
          {properties.iccProfile === null ? t('none') : (properties.iccProfile.name ?? 'ICC')}
        </Fact>
      </dl>
      {properties.notes.map((note) => (
        <Notice key={note}>{describeNote(note, language)}</Notice>
      ))}
    </section>
  );
}

function Levels({ properties }: { readonly properties: SlideProperties }) {
  const t = useWords(slideDetailsWords);
  const formats = useFormats();
  return (
    <section>
      <h3>{t('levels')}</h3>
      <table className="levels">
        <thead>
          <tr>
            <th scope="col">{t('level')}</th>
            <th scope="col">{t('dimensions')}</th>
            <th scope="col">{t('tile')}</th>
            <th scope="col">{t('downsample')}</th>
          </tr>
        </thead>
        <tbody>
          {properties.pyramid.levels.map((level, index) => (
            <tr key={level.downsample}>
              <td>{index}</td>
              <td>
                {formats.number(level.widthPx)} × {formats.number(level.heightPx)}
              </td>
              <td>{formats.number(level.tileWidthPx)}</td>
              <td>{formats.number(level.downsample, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Patient data: shown only to those whom the server lets see it. */
function LabelAndMacro({ slide }: SlideProps) {
  const t = useWords(slideDetailsWords);
  const shown = (slide.properties?.associated ?? []).filter((image) => image.kind !== 'thumbnail');
  if (!slide.labelVisible || shown.length === 0) return null;
  return (
    <section>
      <h3>{t('labelAndMacro')}</h3>
      {shown.map(({ kind }) => (
        <figure key={kind} className="associated">
          <img
            src={urlOf('slide.associated', { slideId: slide.id, kind })}
            alt={kind === 'label' ? t('labelImage') : t('macroImage')}
            loading="lazy"
          />
          <figcaption>{kind === 'label' ? t('labelImage') : t('macroImage')}</figcaption>
        </figure>
      ))}
    </section>
  );
}
