import type { z } from 'zod';
import type { Hospital } from '../../../shared/account/account.ts';
import { useForm } from '../../app/forms/use-form.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { NewHospital } from './hospital-commands.ts';
import { hospitalsWords } from './hospitals-words.ts';

const FORM_ID = 'hospital';

interface HospitalDialogProps {
  /** null: a new one. */
  readonly hospital: Hospital | null;
  readonly onSave: (values: z.output<typeof NewHospital>) => void;
  readonly onClose: () => void;
  readonly isPending: boolean;
  readonly error: Error | null;
}

function Fields({ hospital, onSave, error }: HospitalDialogProps) {
  const t = useWords(hospitalsWords);
  const { values, set, isInvalid, submit } = useForm({
    schema: NewHospital,
    initial: {
      code: hospital?.code ?? '',
      nameZh: hospital?.nameZh ?? '',
      nameEn: hospital?.nameEn ?? '',
    },
    onSubmit: onSave,
    error,
  });
  return (
    <form id={FORM_ID} className="form" onSubmit={submit} noValidate>
      {error === null ? null : <ErrorLine error={error} />}
      <TextField
        label={t('code')}
        hint={t('codeHint')}
        value={values.code}
        onChange={(code) => set('code', code)}
        isDisabled={hospital !== null}
        error={isInvalid('code') ? t('codeHint') : undefined}
      />
      <TextField
        label={t('nameZh')}
        value={values.nameZh}
        onChange={(nameZh) => set('nameZh', nameZh)}
        error={isInvalid('nameZh') ? t('nameRule') : undefined}
      />
      <TextField
        label={t('nameEn')}
        value={values.nameEn}
        onChange={(nameEn) => set('nameEn', nameEn)}
        error={isInvalid('nameEn') ? t('nameRule') : undefined}
      />
    </form>
  );
}

export function HospitalDialog(props: HospitalDialogProps) {
  const t = useWords(hospitalsWords);
  const { hospital, onClose, isPending } = props;
  const footer = (
    <>
      <Button onPress={onClose}>{t('cancel')}</Button>
      <Button look="primary" type="submit" form={FORM_ID} isPending={isPending}>
        {t('save')}
      </Button>
    </>
  );
  const title = hospital === null ? t('createTitle') : t('editTitle');
  return (
    <Dialog isOpen onClose={onClose} title={title} footer={footer}>
      <Fields {...props} />
    </Dialog>
  );
}
