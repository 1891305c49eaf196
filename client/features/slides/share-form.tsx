import { useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { Hospital } from '../../../shared/account/account.ts';
import type { HospitalId } from '../../../shared/ids.ts';
import { callOptions } from '../../api/query.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { useNow } from '../../app/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import { shareWords } from './share-words.ts';
import type { NewShare } from './use-shares.ts';

const DAYS = { day: 1, week: 7, month: 30, quarter: 90, open: null } as const;
type Period = keyof typeof DAYS;
const DAY_MS = 86_400_000;

function expiryOf(period: Period, nowMs: number): string | null {
  const days = DAYS[period];
  return days === null ? null : new Date(nowMs + days * DAY_MS).toISOString();
}

interface ShareFormProps {
  readonly owner: HospitalId;
  readonly onGive: (share: NewShare) => void;
  readonly isPending: boolean;
  readonly error: Error | null;
}

function PeriodField({ period, onChange }: { period: Period; onChange: (period: Period) => void }) {
  const t = useWords(shareWords);
  const formats = useFormats();
  const expiresAt = expiryOf(period, useNow());
  const periods = Object.keys(DAYS) as readonly Period[]; // the keys of our own constant
  return (
    <div className="ui-field">
      <span className="ui-label">{t('period')}</span>
      <Segmented
        label={t('period')}
        value={period}
        onChange={onChange}
        segments={periods.map((value) => ({ value, text: t(value) }))}
      />
      <span className="ui-field-hint">
        {expiresAt === null ? t('untilRevoked') : t('until', { when: formats.dateTime(expiresAt) })}
      </span>
    </div>
  );
}

function useOtherHospitals(owner: HospitalId): readonly Hospital[] {
  const { data } = useQuery(callOptions('hospital.list', {}));
  return (data ?? []).filter((one) => one.id !== owner && one.disabledAt === null);
}

export function ShareForm({ owner, onGive, isPending, error }: ShareFormProps) {
  const t = useWords(shareWords);
  const { language } = useFormats();
  const hospitals = useOtherHospitals(owner);
  const [hospitalId, setHospitalId] = useState<HospitalId | null>(null);
  const [period, setPeriod] = useState<Period>('week');
  const [includeLabel, setIncludeLabel] = useState(false);
  const [isMissing, setIsMissing] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setIsMissing(hospitalId === null);
    if (hospitalId === null) return;
    onGive({ hospitalId, includeLabel, expiresAt: expiryOf(period, Date.now()) });
    setHospitalId(null);
    setIncludeLabel(false);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      {error === null ? null : <ErrorLine error={error} />}
      <Select
        label={t('hospital')}
        placeholder={t('hospitalPlaceholder')}
        value={hospitalId}
        onChange={setHospitalId}
        options={hospitals.map((one) => ({
          value: one.id,
          text: language === 'zh' ? one.nameZh : one.nameEn,
          hint: one.code,
        }))}
        error={isMissing && hospitalId === null ? t('hospitalMissing') : undefined}
      />
      <PeriodField period={period} onChange={setPeriod} />
      <div>
        <Checkbox isSelected={includeLabel} onChange={setIncludeLabel}>
          {t('label')}
        </Checkbox>
        <p className="ui-field-hint share-label-hint">{t('labelHint')}</p>
      </div>
      <Button
        type="submit"
        look="primary"
        icon="share"
        className="share-give"
        isPending={isPending}
      >
        {t('give')}
      </Button>
    </form>
  );
}
