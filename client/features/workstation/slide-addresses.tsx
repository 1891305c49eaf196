import { useState } from 'react';
import { dicomWebEndpoints } from '../../../shared/api/endpoints/dicom-web.ts';
import { interopEndpoints } from '../../../shared/api/endpoints/interop.ts';
import { studyUidOf } from '../../../shared/interop/dicom/dicom-uid.ts';
import type { SlideDetail } from '../../../shared/slide/slide.ts';
import { addressOf } from '../../api/url.ts';
import { useWords } from '../../app/i18n.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { showToast } from '../../ui/toast.tsx';
import { slideAddressesWords } from './slide-addresses-words.ts';

interface AddressProps {
  readonly name: string;
  readonly value: string;
}

/** Without permission for the clipboard the address can still be selected and read. */
function Address({ name, value }: AddressProps) {
  const t = useWords(slideAddressesWords);
  const [wasCopied, setWasCopied] = useState(false);
  const copy = () => {
    // Over plain http the browser has no clipboard at all.
    void Promise.resolve()
      .then(() => navigator.clipboard.writeText(value))
      .then(
        () => setWasCopied(true),
        () => showToast({ tone: 'info', title: t('notCopied') }),
      );
  };
  return (
    <div className="fact fact-copied">
      <dt>{name}</dt>
      <dd>
        <code title={value}>{value}</code>
        <IconButton
          icon={wasCopied ? 'check' : 'copy'}
          size="small"
          label={t(wasCopied ? 'copied' : 'copyOf', { name })}
          onPress={copy}
        />
      </dd>
    </div>
  );
}

/** Addresses by which other viewers open the slide. */
export function SlideAddresses({ slide }: { readonly slide: SlideDetail }) {
  const t = useWords(slideAddressesWords);
  if (slide.status.kind !== 'ready') return null;
  const { id: slideId, properties } = slide;
  const { origin } = location;
  const root = addressOf(dicomWebEndpoints['interop.dicomStudies']).replace(/\/studies$/, '');
  const study = properties?.dicom?.studyUid ?? studyUidOf(slideId);
  const isTold = slide.mpp !== null || properties?.dicom !== undefined;
  return (
    <section>
      <h3>{t('title')}</h3>
      <dl>
        <Address
          name={t('deepZoom')}
          value={origin + addressOf(interopEndpoints['interop.deepZoom'], { slideId })}
        />
        <Address
          name={t('iiif')}
          value={origin + addressOf(interopEndpoints['interop.iiifInfo'], { slideId })}
        />
        {isTold ? (
          <>
            <Address name={t('dicomWeb')} value={origin + root} />
            <Address name={t('study')} value={study} />
          </>
        ) : null}
      </dl>
      {isTold ? null : <p className="properties-hint">{t('noScale')}</p>}
      <p className="properties-hint">{t('hint')}</p>
    </section>
  );
}
