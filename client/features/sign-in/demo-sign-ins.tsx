import { useQuery } from '@tanstack/react-query';
import { Button } from 'react-aria-components/Button';
import { Role } from '../../../shared/account/account.ts';
import { useLanguage, useWords } from '../../app/i18n.ts';
import { roleWords } from '../../app/role-words.ts';
import { callOptions } from '../../api/query.ts';
import { Icon } from '../../ui/icons/icon.tsx';
import { signInWords } from './sign-in-words.ts';
import type { SignIn } from './use-sign-in.ts';

/** One click each; the server lists them only where the demo set is installed. */
export function DemoSignIns({ signIn }: { readonly signIn: SignIn }) {
  const t = useWords(signInWords);
  const role = useWords(roleWords);
  const language = useLanguage();
  const welcome = useQuery(callOptions('system.welcome', {}));
  const demo = welcome.data?.demo ?? [];
  if (demo.length === 0) return null;
  return (
    <section className="sign-in-demo" aria-labelledby="demo-title">
      <h2 id="demo-title">{t('demoTitle')}</h2>
      <p>{t('demoHint')}</p>
      <ul>
        {demo.map((one) => {
          const known = Role.safeParse(one.role);
          return (
            <li key={one.username}>
              <Button
                className="sign-in-card"
                isDisabled={signIn.isPending}
                onPress={() => signIn.attempt(one)}
              >
                <Icon name="user" size={18} />
                <span className="sign-in-card-role">
                  {known.success ? role(known.data) : one.role}
                </span>
                <span className="sign-in-card-name">
                  {language === 'zh' ? one.nameZh : one.nameEn}
                </span>
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function VersionLine() {
  const t = useWords(signInWords);
  const { data } = useQuery(callOptions('system.welcome', {}));
  if (data === undefined) return null;
  return <p className="sign-in-version">{t('version', { version: data.version })}</p>;
}
