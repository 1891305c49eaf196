import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AccessToken } from '../../../shared/access/token.ts';
import type { Role } from '../../../shared/account/account.ts';
import { call } from '../../api/call.ts';
import { callOptions, keyOf } from '../../api/query.ts';
import { useFormats } from '../../app/formats.ts';
import { Loading } from '../../app/frame/loading.tsx';
import { useWords } from '../../app/i18n.ts';
import { useNow } from '../../app/use-now.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { Table, type TableColumn } from '../../ui/table.tsx';
import { showToast } from '../../ui/toast.tsx';
import { MakeTokenDialog, ShownTokenDialog } from './make-token-dialog.tsx';
import { Section } from './section.tsx';
import { tokenWords } from './token-words.ts';

interface TokenTableProps {
  readonly tokens: readonly AccessToken[];
  readonly onRevoke: (token: AccessToken) => void;
}

function TokenTable({ tokens, onRevoke }: TokenTableProps) {
  const t = useWords(tokenWords);
  const formats = useFormats();
  const nowMs = useNow();
  const columns: readonly TableColumn<AccessToken>[] = [
    {
      id: 'name',
      title: t('name'),
      isRowHeader: true,
      render: ({ name, hint }) => (
        <span className="profile-device">
          {name} <code>fst_{hint}…</code>
        </span>
      ),
    },
    { id: 'purpose', title: t('purpose'), render: ({ purpose }) => t(purpose) },
    {
      id: 'used',
      title: t('used'),
      render: ({ lastUsedAt }) =>
        lastUsedAt === null ? t('never') : formats.relative(lastUsedAt, nowMs),
    },
    {
      id: 'expires',
      title: t('expires'),
      render: ({ expiresAt }) =>
        Date.parse(expiresAt) <= nowMs ? (
          <Badge tone="warning">{t('expired')}</Badge>
        ) : (
          formats.date(expiresAt)
        ),
    },
    {
      id: 'actions',
      title: t('actions'),
      hideTitle: true,
      align: 'end',
      render: (token) => (
        <Button
          size="small"
          aria-label={t('revokeOf', { name: token.name })}
          onPress={() => onRevoke(token)}
        >
          {t('revoke')}
        </Button>
      ),
    },
  ];
  return <Table label={t('tokensList')} columns={columns} items={tokens} />;
}

interface RevokeDialogProps {
  readonly token: AccessToken;
  readonly onClose: () => void;
}

function RevokeDialog({ token: { id: tokenId, name }, onClose }: RevokeDialogProps) {
  const t = useWords(tokenWords);
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => call('token.revoke', { params: { tokenId } }),
    onSuccess: () => {
      showToast({ title: t('revoked', { name }) });
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('token.list') }),
  });
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('revokeOf', { name })}
      confirmLabel={t('revoke')}
      onConfirm={() => revoke.mutate()}
      isPending={revoke.isPending}
      isDangerous
    >
      {revoke.error === null ? null : <ErrorLine error={revoke.error} />}
      <p>{t('revokeAsk', { name })}</p>
    </ConfirmDialog>
  );
}

type OpenDialog =
  | { readonly kind: 'none' | 'make' }
  | { readonly kind: 'shown'; readonly name: string; readonly secret: string }
  | { readonly kind: 'revoke'; readonly token: AccessToken };

/** Tokens by which programs sign in with this account's rights, narrowed to one purpose. */
export function TokensSection({ role }: { readonly role: Role }) {
  const t = useWords(tokenWords);
  const tokens = useQuery(callOptions('token.list', {}));
  const [dialog, setDialog] = useState<OpenDialog>({ kind: 'none' });
  const close = () => setDialog({ kind: 'none' });
  return (
    <Section title={t('tokens')} hint={t('tokensHint')}>
      {tokens.error === null ? null : <ErrorLine error={tokens.error} />}
      {tokens.isPending ? <Loading /> : null}
      {tokens.data?.length === 0 ? <p>{t('none')}</p> : null}
      {tokens.data === undefined || tokens.data.length === 0 ? null : (
        <TokenTable
          tokens={tokens.data}
          onRevoke={(token) => setDialog({ kind: 'revoke', token })}
        />
      )}
      <Button icon="plus" onPress={() => setDialog({ kind: 'make' })}>
        {t('make')}
      </Button>
      {dialog.kind === 'make' ? (
        <MakeTokenDialog
          role={role}
          onClose={close}
          onMade={({ name }, secret) => setDialog({ kind: 'shown', name, secret })}
        />
      ) : null}
      {dialog.kind === 'shown' ? <ShownTokenDialog {...dialog} onClose={close} /> : null}
      {dialog.kind === 'revoke' ? <RevokeDialog token={dialog.token} onClose={close} /> : null}
    </Section>
  );
}
