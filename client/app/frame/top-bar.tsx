import { Link } from '@tanstack/react-router';
import type { Account } from '../../../shared/account/account.ts';
import { useMay } from '../../api/session.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { appWords } from '../app-words.ts';
import { useWords } from '../i18n.ts';
import { AccountMenu } from './account-menu.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { ProductMark } from './product-mark.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

interface TopBarProps {
  readonly account: Account;
  readonly onShowHotkeys: () => void;
}

function Navigation() {
  const t = useWords(appWords);
  const mayUpload = useMay('upload.create');
  const maySeeAccounts = useMay('account.list');
  const mayManageHospitals = useMay('hospital.manage');
  return (
    <nav className="frame-navigation" aria-label={t('mainNavigation')}>
      <Link to="/slides" className="frame-link">
        {t('slides')}
      </Link>
      {mayUpload ? (
        <Link to="/upload" className="frame-link">
          {t('upload')}
        </Link>
      ) : null}
      {maySeeAccounts ? (
        <Link to="/accounts" className="frame-link">
          {t('accounts')}
        </Link>
      ) : null}
      {mayManageHospitals ? (
        <Link to="/hospitals" className="frame-link">
          {t('hospitals')}
        </Link>
      ) : null}
    </nav>
  );
}

export function TopBar({ account, onShowHotkeys }: TopBarProps) {
  const t = useWords(appWords);
  return (
    <header className="frame-bar">
      <Link to="/slides" className="frame-mark" aria-label={t('product')}>
        <ProductMark size={24} />
        <span>{t('productShort')}</span>
      </Link>
      <Navigation />
      <div className="frame-tools">
        <IconButton icon="keyboard" label={t('hotkeys')} hint="?" onPress={onShowHotkeys} />
        <ThemeSwitch />
        <LanguageSwitch />
        <AccountMenu account={account} />
      </div>
    </header>
  );
}
