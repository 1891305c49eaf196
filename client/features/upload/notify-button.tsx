import { useState } from 'react';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { liveWords } from './live-words.ts';
import { notificationPermission } from './desktop-notification.ts';

/** Browsers ask the person, and only when the person has asked for it. */
export function NotifyButton() {
  const t = useWords(liveWords);
  const [permission, setPermission] = useState(notificationPermission);
  async function ask(): Promise<void> {
    setPermission(await Notification.requestPermission());
  }
  switch (permission) {
    case 'unknown':
      return null;
    case 'granted':
      return <span className="upload-row-transfer">{t('notified')}</span>;
    case 'denied':
      return <span className="upload-row-transfer">{t('notifyRefused')}</span>;
    case 'default':
      return (
        <Button size="small" look="quiet" onPress={() => void ask()}>
          {t('notify')}
        </Button>
      );
  }
}
