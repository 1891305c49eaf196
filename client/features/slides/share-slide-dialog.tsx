import type { Share } from '../../../shared/api/endpoints/slides.ts';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { Loading } from '../../app/frame/loading.tsx';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { showToast } from '../../ui/toast.tsx';
import { ShareForm } from './share-form.tsx';
import { shareHospitalName, ShareList } from './share-list.tsx';
import { shareWords } from './share-words.ts';
import { useShares } from './use-shares.ts';

interface ShareSlideDialogProps {
  readonly slide: SlideSummary;
  readonly onClose: () => void;
}

export function ShareSlideDialog({ slide, onClose }: ShareSlideDialogProps) {
  const t = useWords(shareWords);
  const formats = useFormats();
  const nameOf = (share: Share) => ({ hospital: shareHospitalName(share, formats) });
  const { shares, give, end } = useShares(slide.id, {
    onGiven: (share) => showToast({ title: t('given', nameOf(share)), tone: 'success' }),
    onEnded: (share) => showToast({ title: t('endedToast', nameOf(share)) }),
  });
  const failed = shares.error ?? end.error;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('title')}
      size="wide"
      footer={<Button onPress={onClose}>{t('close')}</Button>}
    >
      <p className="share-slide-name">{slide.name}</p>
      <p>{t('about')}</p>
      <ShareForm
        owner={slide.hospitalId}
        onGive={(share) => give.mutate(share)}
        isPending={give.isPending}
        error={give.error}
      />
      <section className="share-current">
        <h3>{t('current')}</h3>
        {failed === null ? null : <ErrorLine error={failed} />}
        {shares.isPending ? <Loading /> : null}
        {shares.data === undefined ? null : (
          <ShareList
            shares={shares.data}
            onEnd={(share) => end.mutate(share)}
            isEnding={end.isPending}
          />
        )}
      </section>
    </Dialog>
  );
}
