import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SignInSession } from '../../../shared/api/endpoints/accounts.ts';
import { call } from '../../api/call.ts';
import { callOptions, keyOf } from '../../api/query.ts';
import { useFormats } from '../../app/formats.ts';
import { Loading } from '../../app/frame/loading.tsx';
import { useWords } from '../../app/i18n.ts';
import { useNow } from '../../app/use-now.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { Table, type TableColumn } from '../../ui/table.tsx';
import { showToast } from '../../ui/toast.tsx';
import { describeDevice } from './describe-device.ts';
import { profileWords } from './profile-words.ts';
import { Section } from './section.tsx';

function useRevoke() {
  const t = useWords(profileWords);
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: { readonly id: string; readonly device: string }) =>
      call('session.revoke', { params: { id } }),
    onSuccess: (_reply, { device }) => showToast({ title: t('revoked', { device }) }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('session.list') }),
  });
}

interface SessionTableProps {
  readonly sessions: readonly SignInSession[];
  readonly onRevoke: (id: string, device: string) => void;
}

function SessionTable({ sessions, onRevoke }: SessionTableProps) {
  const t = useWords(profileWords);
  const formats = useFormats();
  const nowMs = useNow();
  const deviceOf = (one: SignInSession) => describeDevice(one.userAgent) ?? t('unknownDevice');
  const columns: readonly TableColumn<SignInSession>[] = [
    {
      id: 'device',
      title: t('device'),
      isRowHeader: true,
      render: (one) => (
        <span className="profile-device">
          {deviceOf(one)}
          {one.current ? <Badge tone="accent">{t('thisDevice')}</Badge> : null}
        </span>
      ),
    },
    { id: 'since', title: t('since'), render: (one) => formats.dateTime(one.createdAt) },
    { id: 'seen', title: t('seen'), render: (one) => formats.relative(one.seenAt, nowMs) },
    {
      id: 'actions',
      title: t('actions'),
      hideTitle: true,
      align: 'end',
      render: (one) =>
        one.current ? null : (
          <Button
            size="small"
            aria-label={t('revokeOf', { device: deviceOf(one) })}
            onPress={() => onRevoke(one.id, deviceOf(one))}
          >
            {t('revoke')}
          </Button>
        ),
    },
  ];
  return <Table label={t('sessionsList')} columns={columns} items={sessions} />;
}

export function SessionsSection() {
  const t = useWords(profileWords);
  const sessions = useQuery(callOptions('session.list', {}));
  const revoke = useRevoke();
  const failed = sessions.error ?? revoke.error;
  return (
    <Section title={t('sessions')} hint={t('sessionsHint')}>
      {failed === null ? null : <ErrorLine error={failed} />}
      {sessions.isPending ? <Loading /> : null}
      {sessions.data === undefined ? null : (
        <SessionTable
          sessions={sessions.data}
          onRevoke={(id, device) => revoke.mutate({ id, device })}
        />
      )}
    </Section>
  );
}
