import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { z } from 'zod';
import { SlideId } from '../../../shared/ids.ts';
import { sessionQuery } from '../../api/session.ts';
import { Frame } from '../frame/frame.tsx';
import {
  AccountsScreen,
  FirstPasswordScreen,
  HospitalsScreen,
  ProfileScreen,
  SlidesScreen,
} from '../screens.ts';
import { SignInPage } from './sign-in-page.tsx';
import { UploadPage } from './upload-page.tsx';
import { WorkstationPage } from './workstation-page.tsx';

export interface RouterContext {
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/slides' });
  },
});

/** Only an address of this page is followed after signing in. */
const OwnPath = z.string().regex(/^\/(?![/\\])/);

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ to: OwnPath.optional().catch(undefined) }),
  component: SignInPage,
});

const signed = createRoute({
  getParentRoute: () => root,
  id: 'signed',
  beforeLoad: async ({ context, location }) => {
    const account = await context.queries.ensureQueryData(sessionQuery);
    if (account === null) throw redirect({ to: '/sign-in', search: { to: location.href } });
    if (account.mustChangePassword && location.pathname !== '/first-password') {
      throw redirect({ to: '/first-password' });
    }
  },
  component: Frame,
});

const firstPassword = createRoute({
  getParentRoute: () => signed,
  path: '/first-password',
  component: FirstPasswordScreen,
});

const SlidesSearch = z.object({
  q: z.string().optional().catch(undefined),
  show: z.enum(['deleted']).optional().catch(undefined),
});

const slides = createRoute({
  getParentRoute: () => signed,
  path: '/slides',
  validateSearch: SlidesSearch,
  component: SlidesScreen,
});

/** A chunk of its own, beside the screen's: the list of slides does without it. */
async function beginSlide(queries: QueryClient, slideId: SlideId, search: string): Promise<void> {
  const { beginFirstLook } = await import('../../features/workstation/first-look.ts');
  await beginFirstLook(queries, slideId, Object.fromEntries(new URLSearchParams(search)));
}

const workstation = createRoute({
  getParentRoute: () => signed,
  path: '/slides/$slideId',
  validateSearch: z.record(z.string(), z.string()),
  // Not waited for: the screen is built while the slide is on its way.
  loader: ({ context, params, location }) => {
    const slideId = SlideId.safeParse(params.slideId);
    if (slideId.success) {
      void beginSlide(context.queries, slideId.data, location.searchStr);
    }
  },
  component: WorkstationPage,
});

const upload = createRoute({
  getParentRoute: () => signed,
  path: '/upload',
  component: UploadPage,
});
const accounts = createRoute({
  getParentRoute: () => signed,
  path: '/accounts',
  component: AccountsScreen,
});
const hospitals = createRoute({
  getParentRoute: () => signed,
  path: '/hospitals',
  component: HospitalsScreen,
});
const profile = createRoute({
  getParentRoute: () => signed,
  path: '/profile',
  component: ProfileScreen,
});

export const routeTree = root.addChildren([
  home,
  signIn,
  signed.addChildren([firstPassword, slides, workstation, upload, accounts, hospitals, profile]),
]);
