import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { RouterProvider as AriaRouterProvider } from 'react-aria-components';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { makeQueryClient } from '../api/query.ts';
import { sessionQuery } from '../api/session.ts';
import { Toasts } from '../ui/toast.tsx';
import { useLanguage } from './i18n.ts';
import { makeRouter } from './router.tsx';
import { followTheme } from './theme.ts';

const queries = makeQueryClient({
  onUnsigned: () => {
    queries.setQueryData(sessionQuery.queryKey, null);
    void router.invalidate();
  },
  onPasswordDue: () => void router.navigate({ to: '/first-password' }),
});
const router = makeRouter(queries);

/** The composition root of the page. */
export function App() {
  const language = useLanguage();
  useEffect(() => followTheme(), []);
  return (
    <I18nProvider locale={language === 'zh' ? 'zh-CN' : 'en-GB'}>
      <QueryClientProvider client={queries}>
        <AriaRouterProvider navigate={(path) => router.history.push(path)}>
          <RouterProvider router={router} />
          <Toasts />
        </AriaRouterProvider>
      </QueryClientProvider>
    </I18nProvider>
  );
}
