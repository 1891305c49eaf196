import type { ReactNode } from 'react';
import { useWords } from '../../app/i18n.ts';
import { ProductMark } from '../../app/frame/product-mark.tsx';
import { GlandArt } from './gland-art.tsx';
import { signInWords } from './sign-in-words.ts';
import './sign-in.css';

interface SignInLayoutProps {
  readonly corner: ReactNode;
  readonly children: ReactNode;
}

export function SignInLayout({ corner, children }: SignInLayoutProps) {
  const t = useWords(signInWords);
  return (
    <div className="sign-in">
      <aside className="sign-in-side">
        <GlandArt />
        <div className="sign-in-brand">
          <ProductMark size={44} />
          <p className="sign-in-product">{t('product')}</p>
          <p className="sign-in-purpose">{t('purpose')}</p>
          <p className="sign-in-promise">{t('promise')}</p>
        </div>
      </aside>
      <main className="sign-in-main">
        <div className="sign-in-corner">{corner}</div>
        <div className="sign-in-content">{children}</div>
      </main>
    </div>
  );
}
