import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { hasCode } from '../../api/request-error.ts';
import { Notice } from '../../ui/notice.tsx';
import { appWords } from '../app-words.ts';
import { useWords } from '../i18n.ts';

/** Judged by what calls met, not by navigator.onLine, which only knows about the cable. */
function useIsUnreachable(): boolean {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () =>
      cache
        .getAll()
        .some(
          (query) =>
            query.isActive() &&
            hasCode(query.state.error ?? query.state.fetchFailureReason, 'network.unreachable'),
        ),
  );
}

export function OfflineNotice() {
  const t = useWords(appWords);
  const unreachable = useIsUnreachable();
  if (!unreachable) return null;
  return (
    <div className="frame-offline">
      <Notice tone="warning">{t('offline')}</Notice>
    </div>
  );
}
