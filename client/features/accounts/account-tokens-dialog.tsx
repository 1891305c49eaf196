import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AccessToken } from '../../../shared/access/token.ts';
import type { Account } from '../../../shared/account/account.ts';
import { call } from '../../api/call.ts';
import { callOptions, keyOf } from '../../api/query.ts';
import { useFormats } from '../../app/formats.ts';
import { Loading } from '../../app/frame/loading.tsx';
import { useWords } from '../../app/i18n.ts';
import { useNow } from '../../app/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { showToast } from '../../ui/toast.tsx';
import { accountsWords } from './accounts-words.ts';

interface AccountTokensDialogProps {
  readonly account: Account;
  readonly onClose: () => void;
}

function useRevokeOf({ id: accountId }: Account) {
  const t = useWords(accountsWords);
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id: tokenId }: AccessToken) =>
      call('token.revokeOf', { params: { accountId, tokenId } }),
    onSuccess: (_reply, { name }) => showToast({ title: t('tokenRevoked', { name }) }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('token.listOf') }),
  });
}

interface TokenLineProps {
  readonly token: AccessToken;
  readonly onRevoke: () => void;
}

function TokenLine({ token, onRevoke }: TokenLineProps) {
  const t = useWords(accountsWords);
  const formats = useFormats();
  const nowMs = useNow();
  const { name, purpose, lastUsedAt } = token;
  const used =
    lastUsedAt === null
      ? t('tokenUnused')
      : t('tokenUsed', { when: formats.relative(lastUsedAt, nowMs) });
  return (
    <li>
      <span>
        {name}
        <small>
          {t(purpose === 'upload' ? 'tokenUpload' : 'tokenRead')} · {used}
        </small>
      </span>
      <Button size="small" aria-label={t('tokenRevokeOf', { name })} onPress={onRevoke}>
        {t('tokenRevoke')}
      </Button>
    </li>
  );
}

/** For who manages the account: which programs sign in with it, and an end to them. */
export function AccountTokensDialog({ account, onClose }: AccountTokensDialogProps) {
  const t = useWords(accountsWords);
  const params = { accountId: account.id };
  const tokens = useQuery(callOptions('token.listOf', { params }));
  const revoke = useRevokeOf(account);
  const failed = tokens.error ?? revoke.error;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('tokensOf', { name: account.displayName })}
      footer={<Button onPress={onClose}>{t('close')}</Button>}
    >
      {failed === null ? null : <ErrorLine error={failed} />}
      {tokens.isPending ? <Loading /> : null}
      {tokens.data?.length === 0 ? <p>{t('noTokens')}</p> : null}
      <ul className="account-tokens">
        {(tokens.data ?? []).map((token) => (
          <TokenLine key={token.id} token={token} onRevoke={() => revoke.mutate(token)} />
        ))}
      </ul>
    </Dialog>
  );
}
