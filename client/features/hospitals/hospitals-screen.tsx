import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Hospital } from '../../../shared/account/account.ts';
import { callOptions } from '../../api/query.ts';
import { Loading } from '../../app/frame/loading.tsx';
import { useTitle } from '../../app/frame/use-title.ts';
import { useLanguage, useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorLine, ErrorPanel } from '../../ui/error-panel.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useHospitalCommands } from './hospital-commands.ts';
import { HospitalDialog } from './hospital-dialog.tsx';
import { HospitalTable } from './hospital-table.tsx';
import { hospitalsWords } from './hospitals-words.ts';

type OpenDialog =
  | { readonly kind: 'none' | 'create' }
  | { readonly kind: 'edit' | 'disable'; readonly hospital: Hospital };

interface DialogsProps {
  readonly dialog: OpenDialog;
  readonly onClose: () => void;
  readonly commands: ReturnType<typeof useHospitalCommands>;
}

function Dialogs({ dialog, onClose, commands }: DialogsProps) {
  const t = useWords(hospitalsWords);
  const language = useLanguage();
  const { create, update } = commands;
  if (dialog.kind === 'none') return null;
  if (dialog.kind === 'disable') {
    const { hospital } = dialog;
    const name = language === 'zh' ? hospital.nameZh : hospital.nameEn;
    return (
      <ConfirmDialog
        isOpen
        onClose={onClose}
        title={t('disableTitle')}
        confirmLabel={t('disable')}
        onConfirm={() => update.mutate({ hospital, change: { disabled: true } })}
        isPending={update.isPending}
        isDangerous
      >
        {update.error === null ? null : <ErrorLine error={update.error} />}
        <p>{t('disableAsk', { name })}</p>
      </ConfirmDialog>
    );
  }
  const hospital = dialog.kind === 'edit' ? dialog.hospital : null;
  const used = hospital === null ? create : update;
  return (
    <HospitalDialog
      hospital={hospital}
      onClose={onClose}
      isPending={used.isPending}
      error={used.error}
      onSave={({ code, nameZh, nameEn }) => {
        if (hospital === null) create.mutate({ code, nameZh, nameEn });
        else update.mutate({ hospital, change: { nameZh, nameEn } });
      }}
    />
  );
}

export function HospitalsScreen() {
  useTitle('hospitals');
  const t = useWords(hospitalsWords);
  const language = useLanguage();
  const hospitals = useQuery(callOptions('hospital.list', {}));
  const [dialog, setDialog] = useState<OpenDialog>({ kind: 'none' });
  const commands = useHospitalCommands((saved) => {
    const name = language === 'zh' ? saved.nameZh : saved.nameEn;
    showToast({ title: t('saved', { name }), tone: 'success' });
    setDialog({ kind: 'none' });
  });
  const open = (next: OpenDialog) => {
    commands.create.reset();
    commands.update.reset();
    setDialog(next);
  };
  return (
    <div className="screen">
      <div className="screen-head">
        <h1>{t('title')}</h1>
        <div className="screen-head-end">
          <Button look="primary" icon="plus" onPress={() => open({ kind: 'create' })}>
            {t('create')}
          </Button>
        </div>
      </div>
      {hospitals.isPending ? <Loading /> : null}
      {hospitals.error === null ? null : (
        <ErrorPanel error={hospitals.error} onRetry={() => void hospitals.refetch()} />
      )}
      {dialog.kind === 'none' && commands.update.error !== null ? (
        <ErrorLine error={commands.update.error} />
      ) : null}
      {hospitals.data === undefined ? null : (
        <HospitalTable
          hospitals={hospitals.data}
          actions={{
            edit: (hospital) => open({ kind: 'edit', hospital }),
            disable: (hospital) => open({ kind: 'disable', hospital }),
            enable: (hospital) => commands.update.mutate({ hospital, change: { disabled: false } }),
          }}
        />
      )}
      <Dialogs dialog={dialog} onClose={() => setDialog({ kind: 'none' })} commands={commands} />
    </div>
  );
}
