import { useMutation } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import { useRememberAccount } from '../../api/session.ts';
import { useWords } from '../../app/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { PasswordPrompt } from './password-prompt.tsx';
import { profileWords } from './profile-words.ts';

export function RemoveTotpDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useWords(profileWords);
  const remember = useRememberAccount();
  const remove = useMutation({
    mutationFn: (password: string) => call('totp.remove', { body: { password } }),
    onSuccess: (account) => {
      remember(account);
      showToast({ title: t('totpGone') });
      onClose();
    },
  });
  return (
    <PasswordPrompt
      title={t('totpRemove')}
      ask={t('totpRemoveAsk')}
      confirmLabel={t('totpRemove')}
      onConfirm={(password) => remove.mutate(password)}
      isPending={remove.isPending}
      isDangerous
      error={remove.error}
      onClose={onClose}
    />
  );
}
