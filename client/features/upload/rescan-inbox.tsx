import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Account } from '../../../shared/account/account.ts';
import type { Rescan } from '../../../shared/rescan/rescan.ts';
import { useLiveState, useRoom } from '../../api/live/use-live.ts';
import { callOptions } from '../../api/query.ts';
import { useAccount, useMay } from '../../api/session.ts';
import { useWords } from '../../app/i18n.ts';
import { rescanReasonWords } from '../../app/rescan-reason-words.ts';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { Notice } from '../../ui/notice.tsx';
import { showToast } from '../../ui/toast.tsx';
import { NotifyButton } from './notify-button.tsx';
import { liveWords } from './live-words.ts';
import './live.css';
import { RescanCard } from './rescan-card.tsx';
import { notifyOnDesktop } from './desktop-notification.ts';
import { usePersonWords } from './use-person-words.ts';

const OPTIONS = callOptions('rescan.open', {});
/** Where the live connection cannot be had, requests still come, later. */
const ASK_ANYWAY_MS = 60_000;

/** What readers ask of this hospital, on the page of those who scan: at once, and again after a reload. */
export function RescanInbox() {
  const account = useAccount();
  const may = useMay('rescan.answer');
  return account === null || !may ? null : <Inbox account={account} />;
}

/** Says what has come since this page was opened; what was there before is in the list. */
function useSayNew(rescans: readonly Rescan[] | undefined): void {
  const t = useWords(liveWords);
  const sayReason = useWords(rescanReasonWords);
  const sayPerson = usePersonWords();
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (rescans === undefined) return;
    const before = known.current;
    known.current = new Set([...(before ?? []), ...rescans.map(({ id }) => id)]);
    if (before === null) return;
    for (const rescan of rescans.filter(({ id }) => !before.has(id))) {
      const person = sayPerson({
        displayName: rescan.askedByName,
        hospitalNameZh: rescan.askedByHospitalZh,
        hospitalNameEn: rescan.askedByHospitalEn,
      });
      const reason = sayReason(rescan.reason);
      showToast({ title: t('newRescan', { person, slide: rescan.slideName, reason }) });
      // Shown on a locked screen too: no name of a person, none of a slide.
      notifyOnDesktop(rescan.id, t('notificationTitle'), reason);
    }
  }, [rescans, t, sayReason, sayPerson]);
}

function Inbox({ account }: { readonly account: Account }) {
  const t = useWords(liveWords);
  const queries = useQueryClient();
  const live = useLiveState();
  const reload = () => void queries.invalidateQueries({ queryKey: OPTIONS.queryKey });
  useRoom({ kind: 'hospital-rescans', hospitalId: account.hospitalId }, { news: reload });
  const open = useQuery({ ...OPTIONS, refetchInterval: ASK_ANYWAY_MS });
  useSayNew(open.data);
  const rescans = open.data ?? [];
  const isDown = live.kind === 'waiting' && live.attempts > 1;
  return (
    <>
      {isDown ? <Notice tone="warning">{t('connectionDown')}</Notice> : null}
      {open.isError ? <ErrorLine error={open.error} onRetry={reload} /> : null}
      {rescans.length === 0 ? null : (
        <section className="upload-section" aria-labelledby="rescan-inbox">
          <div className="upload-section-head">
            <h2 id="rescan-inbox">{t('rescansTitle')}</h2>
            <output className="upload-section-note">
              {t('rescansCount', { count: rescans.length })}
            </output>
            <NotifyButton />
          </div>
          <ul className="rescan-inbox">
            {rescans.map((rescan) => (
              <RescanCard key={rescan.id} rescan={rescan} onAnswered={reload} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
