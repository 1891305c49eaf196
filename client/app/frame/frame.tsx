import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useAccount } from '../../api/session.ts';
import { appWords } from '../app-words.ts';
import { useWords } from '../i18n.ts';
import { useAppHotkeys } from './app-hotkeys.ts';
import './frame.css';
import { Loading } from './loading.tsx';
import { OfflineNotice } from './offline-notice.tsx';
import { TopBar } from './top-bar.tsx';

const HotkeyOverlay = lazy(async () => ({
  default: (await import('../hotkeys/hotkey-overlay.tsx')).HotkeyOverlay,
}));

/** What stands around every screen of somebody who is signed in. */
export function Frame() {
  const t = useWords(appWords);
  const account = useAccount();
  const [showsHotkeys, setShowsHotkeys] = useState(false);
  useAppHotkeys({ showHotkeys: () => setShowsHotkeys(true) });
  if (account === null) return <Loading />;
  return (
    <div className="frame">
      <a className="frame-skip" href="#content">
        {t('skipToContent')}
      </a>
      <TopBar account={account} onShowHotkeys={() => setShowsHotkeys(true)} />
      <main id="content" className="frame-main" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <OfflineNotice />
      <Suspense fallback={null}>
        {showsHotkeys ? <HotkeyOverlay onClose={() => setShowsHotkeys(false)} /> : null}
      </Suspense>
    </div>
  );
}
