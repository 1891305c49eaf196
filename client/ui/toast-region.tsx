import type { QueuedToast } from 'react-aria-components';
import { Text } from 'react-aria-components/Text';
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastList as ToastList,
  type UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as AriaToastRegion,
} from 'react-aria-components/Toast';
import { useWords } from '../app/i18n.ts';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { Icon } from './icons/icon.tsx';
import './toast.css';
import type { ToastMessage } from './toast-message.ts';
import { uiWords } from './ui-words.ts';

const ICONS = { info: 'info', success: 'check', danger: 'error' } as const;

function ToastBody({ message, close }: { readonly message: ToastMessage; close: () => void }) {
  const t = useWords(uiWords);
  const { title, detail, tone = 'info', onUndo } = message;
  return (
    <>
      <Icon name={ICONS[tone]} size={18} />
      <ToastContent className="ui-toast-content">
        <Text slot="title">{title}</Text>
        {detail === undefined ? null : (
          <Text slot="description" className="ui-toast-detail">
            {detail}
          </Text>
        )}
      </ToastContent>
      {onUndo === undefined ? null : (
        <Button
          size="small"
          icon="undo"
          slot={null}
          onPress={() => {
            onUndo();
            close();
          }}
        >
          {t('undo')}
        </Button>
      )}
      <IconButton icon="close" size="small" label={t('close')} slot="close" />
    </>
  );
}

interface ToastRegionProps {
  readonly queue: ToastQueue<ToastMessage>;
}

export function ToastRegion({ queue }: ToastRegionProps) {
  const t = useWords(uiWords);
  return (
    <AriaToastRegion queue={queue} className="ui-toasts" aria-label={t('notifications')}>
      <ToastList>
        {({ toast }: { readonly toast: QueuedToast<ToastMessage> }) => (
          <AriaToast toast={toast} className="ui-toast" data-tone={toast.content.tone ?? 'info'}>
            <ToastBody message={toast.content} close={() => queue.close(toast.key)} />
          </AriaToast>
        )}
      </ToastList>
    </AriaToastRegion>
  );
}
