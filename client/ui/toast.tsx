import { lazy, Suspense, useSyncExternalStore } from 'react';
import { UNSTABLE_ToastQueue as ToastQueue } from 'react-aria-components/Toast';
import type { ToastMessage } from './toast-message.ts';

/** The region comes with the first toast: most pages never show one. */
const ToastRegion = lazy(async () => ({
  default: (await import('./toast-region.tsx')).ToastRegion,
}));

/** WCAG 2.2.1 would have no limit; an undo waits twice as long, and hovering or focusing stops the clock. */
const SHOWN_MS = 6000;
const UNDO_SHOWN_MS = 12_000;

const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 4 });

/** Says that something was done; what went wrong and needs reading belongs in an ErrorLine. */
export function showToast(message: ToastMessage): void {
  queue.add(message, { timeout: message.onUndo === undefined ? SHOWN_MS : UNDO_SHOWN_MS });
}

/** Once, at the root of the app. */
export function Toasts() {
  const count = useSyncExternalStore(
    (listener) => queue.subscribe(listener),
    () => queue.visibleToasts.length,
  );
  if (count === 0) return null;
  return (
    <Suspense fallback={null}>
      <ToastRegion queue={queue} />
    </Suspense>
  );
}
