import { useAccount } from '../../api/session.ts';
import { useFormats } from '../../app/formats.ts';
import { Loading } from '../../app/frame/loading.tsx';
import { useTitle } from '../../app/frame/use-title.ts';
import { useWords } from '../../app/i18n.ts';
import { roleWords } from '../../app/role-words.ts';
import { AppearanceSection, HotkeysSection } from './appearance-section.tsx';
import { PasswordSection } from './password-section.tsx';
import './profile.css';
import { profileWords } from './profile-words.ts';
import { SessionsSection } from './sessions-section.tsx';
import { TokensSection } from './tokens-section.tsx';
import { TotpSection } from './totp-section.tsx';

export function ProfileScreen() {
  useTitle('profile');
  const t = useWords(profileWords);
  const role = useWords(roleWords);
  const { language } = useFormats();
  const account = useAccount();
  if (account === null) return <Loading />;
  const hospital = language === 'zh' ? account.hospitalNameZh : account.hospitalNameEn;
  return (
    <div className="screen screen-narrow">
      <div className="screen-head">
        <h1>{t('title')}</h1>
      </div>
      <p className="profile-who">
        <strong>{account.displayName}</strong> {account.username} · {role(account.role)} ·{' '}
        {hospital}
      </p>
      <AppearanceSection />
      <HotkeysSection />
      <PasswordSection />
      <TotpSection account={account} />
      <SessionsSection />
      <TokensSection role={account.role} />
    </div>
  );
}
