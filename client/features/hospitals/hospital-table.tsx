import type { Hospital } from '../../../shared/account/account.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { Table, type TableColumn } from '../../ui/table.tsx';
import { hospitalsWords } from './hospitals-words.ts';

export interface HospitalActions {
  readonly edit: (hospital: Hospital) => void;
  readonly disable: (hospital: Hospital) => void;
  readonly enable: (hospital: Hospital) => void;
}

interface HospitalProps {
  readonly hospital: Hospital;
  readonly actions: HospitalActions;
}

function HospitalMenu({ hospital, actions }: HospitalProps) {
  const t = useWords(hospitalsWords);
  const { language } = useFormats();
  const label = t('actionsOf', { name: language === 'zh' ? hospital.nameZh : hospital.nameEn });
  const isDisabled = hospital.disabledAt !== null;
  return (
    <Menu
      label={label}
      trigger={<IconButton icon="more" size="small" label={label} />}
      entries={[
        {
          kind: 'action',
          id: 'edit',
          text: t('edit'),
          icon: 'edit',
          onAction: () => actions.edit(hospital),
        },
        isDisabled
          ? {
              kind: 'action',
              id: 'enable',
              text: t('enable'),
              icon: 'check',
              onAction: () => actions.enable(hospital),
            }
          : {
              kind: 'action',
              id: 'disable',
              text: t('disable'),
              icon: 'lock',
              isDangerous: true,
              onAction: () => actions.disable(hospital),
            },
      ]}
    />
  );
}

interface HospitalTableProps {
  readonly hospitals: readonly Hospital[];
  readonly actions: HospitalActions;
}

function HospitalState({ hospital }: { readonly hospital: Hospital }) {
  const t = useWords(hospitalsWords);
  return hospital.disabledAt === null ? (
    <StatusDot tone="success" text={t('active')} />
  ) : (
    <StatusDot tone="neutral" text={t('disabled')} />
  );
}

export function HospitalTable({ hospitals, actions }: HospitalTableProps) {
  const t = useWords(hospitalsWords);
  const formats = useFormats();
  const columns: readonly TableColumn<Hospital>[] = [
    {
      id: 'nameZh',
      title: t('nameZh'),
      isRowHeader: true,
      render: (hospital) => <strong>{hospital.nameZh}</strong>,
    },
    { id: 'nameEn', title: t('nameEn'), render: (hospital) => hospital.nameEn },
    { id: 'code', title: t('code'), render: (hospital) => hospital.code },
    { id: 'state', title: t('state'), render: (hospital) => <HospitalState hospital={hospital} /> },
    { id: 'created', title: t('created'), render: (hospital) => formats.date(hospital.createdAt) },
    {
      id: 'actions',
      title: t('actions'),
      hideTitle: true,
      align: 'end',
      width: 48,
      render: (hospital) => <HospitalMenu hospital={hospital} actions={actions} />,
    },
  ];
  return (
    <Table
      label={t('list')}
      columns={columns}
      items={hospitals}
      empty={
        <EmptyState icon="building" title={t('empty')}>
          {t('emptyNext')}
        </EmptyState>
      }
    />
  );
}
