import type { QueuedToast } from 'react-aria-components';
import { Text } from 'react-aria-components/Text';
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastList as ToastList,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components/Toast';
import { useWords } from '../app/i18n.ts';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { Icon } from './icons/icon.tsx';
import './toast.css';
import { uiWords } from './ui-words.ts';

export interface ToastMessage {
  readonly title: string;
  readonly detail?: string;
  readonly tone?: 'info' | 'success' | 'danger';
  /** Offers to take it back while the toast is there. */
  readonly onUndo?: () => void;
}

const ICONS = { info: 'info', success: 'check', danger: 'error' } as const;
/** WCAG 2.2.1 would have no limit; an undo waits twice as long, and hovering or focusing stops the clock. */
const SHOWN_MS = 6000;
const UNDO_SHOWN_MS = 12_000;

const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 4 });

/** Says that something was done; what went wrong and needs reading belongs in an ErrorLine. */
export function showToast(message: ToastMessage): void {
  queue.add(message, { timeout: message.onUndo === undefined ? SHOWN_MS : UNDO_SHOWN_MS });
}

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

/** Once, at the root of the app. */
export function Toasts() {
  const t = useWords(uiWords);
  return (
    <ToastRegion queue={queue} className="ui-toasts" aria-label={t('notifications')}>
      <ToastList>
        {({ toast }: { readonly toast: QueuedToast<ToastMessage> }) => (
          <AriaToast toast={toast} className="ui-toast" data-tone={toast.content.tone ?? 'info'}>
            <ToastBody message={toast.content} close={() => queue.close(toast.key)} />
          </AriaToast>
        )}
      </ToastList>
    </ToastRegion>
  );
}
