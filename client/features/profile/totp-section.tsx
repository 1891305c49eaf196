import { useState } from 'react';
import type { Account } from '../../../shared/account/account.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { profileWords } from './profile-words.ts';
import { Section } from './section.tsx';
import { RemoveTotpDialog } from './remove-totp-dialog.tsx';
import { SetUpTotpDialog } from './set-up-totp-dialog.tsx';

export function TotpSection({ account }: { readonly account: Account }) {
  const t = useWords(profileWords);
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <Section title={t('totp')} hint={t('totpAbout')}>
      <div className="profile-line">
        {account.totpEnabled ? (
          <StatusDot tone="success" text={t('totpOn')} />
        ) : (
          <StatusDot tone="neutral" text={t('totpOff')} />
        )}
        <Button icon="shield" onPress={() => setIsOpen(true)}>
          {account.totpEnabled ? t('totpRemove') : t('totpBegin')}
        </Button>
      </div>
      {isOpen && account.totpEnabled ? <RemoveTotpDialog onClose={close} /> : null}
      {isOpen && !account.totpEnabled ? <SetUpTotpDialog onClose={close} /> : null}
    </Section>
  );
}
