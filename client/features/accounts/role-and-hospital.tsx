import { useQuery } from '@tanstack/react-query';
import { type Role, ROLES } from '../../../shared/account/account.ts';
import { callOptions } from '../../api/query.ts';
import { useAccount } from '../../api/session.ts';
import { useLanguage, useWords } from '../../app/i18n.ts';
import { roleWords } from '../../app/role-words.ts';
import { Select } from '../../ui/select.tsx';
import { accountsWords } from './accounts-words.ts';

interface RoleAndHospitalProps {
  readonly role: Role | null;
  readonly onRole: (role: Role) => void;
  readonly hospitalId: string | null;
  readonly onHospital: (hospitalId: string) => void;
  readonly isRoleMissing: boolean;
  readonly isHospitalMissing: boolean;
}

/** A hospital's own administrator neither makes administrators nor reaches other hospitals. */
export function RoleAndHospital(props: RoleAndHospitalProps) {
  const t = useWords(accountsWords);
  const roleName = useWords(roleWords);
  const language = useLanguage();
  const isAdministrator = useAccount()?.role === 'administrator';
  const { data: hospitals } = useQuery(callOptions('hospital.list', {}));
  const roles = ROLES.filter((role) => isAdministrator || role !== 'administrator');
  const open = (hospitals ?? []).filter(
    (one) => one.disabledAt === null || one.id === props.hospitalId,
  );
  return (
    <div className="form-row">
      <Select
        label={t('role')}
        value={props.role}
        onChange={props.onRole}
        options={roles.map((role) => ({ value: role, text: roleName(role) }))}
        error={props.isRoleMissing ? t('roleMissing') : undefined}
      />
      <Select
        label={t('hospital')}
        value={props.hospitalId}
        onChange={props.onHospital}
        isDisabled={!isAdministrator}
        options={open.map((one) => ({
          value: one.id,
          text: language === 'zh' ? one.nameZh : one.nameEn,
          hint: one.code,
        }))}
        error={props.isHospitalMissing ? t('hospitalMissing') : undefined}
      />
    </div>
  );
}
