import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { PAGE_ENDPOINTS } from '../../../shared/api/page-endpoints.ts';
import type { SlideDetail, SlideSummary } from '../../../shared/slide/slide.ts';
import { Loading } from '../../app/frame/loading.tsx';
import { useForm } from '../../app/forms/use-form.ts';
import { useWords } from '../../app/i18n.ts';
import { call } from '../../api/call.ts';
import { callOptions, keyOf } from '../../api/query.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine, ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { slidesWords } from './slides-words.ts';
import { StainPicks } from './stain-picks.tsx';

interface EditSlideDialogProps {
  readonly slide: SlideSummary;
  readonly onClose: () => void;
}

const FORM_ID = 'edit-slide';
const Body = PAGE_ENDPOINTS['slide.update'].body;

function useSave(slide: SlideSummary, onClose: () => void) {
  const t = useWords(slidesWords);
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Parameters<typeof call<'slide.update'>>[1]['body']) =>
      call('slide.update', { params: { slideId: slide.id }, body }),
    onSuccess: async (detail) => {
      showToast({ title: t('saved'), tone: 'success' });
      onClose();
      queries.setQueryData(keyOf('slide.get', { params: { slideId: slide.id } }), detail);
      await queries.invalidateQueries({ queryKey: keyOf('slide.list') });
    },
  });
}

interface FieldsProps {
  readonly detail: SlideDetail;
  readonly save: ReturnType<typeof useSave>;
}

function Fields({ detail, save }: FieldsProps) {
  const t = useWords(slidesWords);
  const { values, set, isInvalid, submit } = useForm({
    schema: Body,
    initial: { name: detail.name, stain: detail.stain ?? '', note: detail.note ?? '' },
    onSubmit: ({ name, stain, note }) =>
      save.mutate({ name, stain: stain === '' ? null : stain, note: note === '' ? null : note }),
    error: save.error,
  });
  return (
    <form id={FORM_ID} className="form" onSubmit={submit} noValidate>
      {save.error === null ? null : <ErrorLine error={save.error} />}
      <TextField
        label={t('name')}
        value={values.name ?? ''}
        onChange={(name) => set('name', name)}
        error={isInvalid('name') ? t('nameRule') : undefined}
      />
      <div className="form-tight">
        <TextField
          label={t('stain')}
          hint={t('stainHint')}
          value={values.stain ?? ''}
          onChange={(stain) => set('stain', stain)}
          maxLength={60}
        />
        <StainPicks onPick={(stain) => set('stain', stain)} />
      </div>
      <TextField
        label={t('note')}
        hint={t('noteHint')}
        isMultiline
        value={values.note ?? ''}
        onChange={(note) => set('note', note)}
        maxLength={2000}
      />
    </form>
  );
}

export function EditSlideDialog({ slide, onClose }: EditSlideDialogProps) {
  const t = useWords(slidesWords);
  const detail = useQuery({
    ...callOptions('slide.get', { params: { slideId: slide.id } }),
    staleTime: 0,
  });
  const save = useSave(slide, onClose);
  const footer = (
    <>
      <Button onPress={onClose}>{t('cancel')}</Button>
      <Button
        look="primary"
        type="submit"
        form={FORM_ID}
        isPending={save.isPending}
        isDisabled={detail.data === undefined}
      >
        {t('save')}
      </Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} title={t('editTitle')} footer={footer}>
      {detail.error === null ? null : <ErrorPanel error={detail.error} />}
      {detail.isPending ? <Loading /> : null}
      {detail.data === undefined ? null : <Fields detail={detail.data} save={save} />}
    </Dialog>
  );
}
