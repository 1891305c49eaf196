import { type ComponentType, lazy } from 'react';
import type { SlideId } from '../../shared/ids.ts';

/** The part of the address after '?', all text: `?view=…` stays readable and a screen parses its own. */
export type SearchText = Readonly<Record<string, string>>;

/**
 * What the viewer screen (features/workstation/workstation-screen.tsx, `WorkstationScreen`) is given. It
 * fills the space under the top bar (height: 100%) and keeps its exact view in the address.
 */
export interface WorkstationScreenProps {
  readonly slideId: SlideId;
  readonly search: SearchText;
  /** Replaces the whole search; `replace` (the default) makes no new step in the history. */
  readonly onSearchChange: (next: SearchText, options?: { readonly replace: boolean }) => void;
  readonly onOpenSlide: (slideId: SlideId, search?: SearchText) => void;
}

/** Every screen is a chunk of its own; the sign-in page loads none of the others. */
export const SignInScreen = lazy(async () => ({
  default: (await import('../features/sign-in/sign-in-screen.tsx')).SignInScreen,
}));
export const FirstPasswordScreen = lazy(async () => ({
  default: (await import('../features/sign-in/first-password-screen.tsx')).FirstPasswordScreen,
}));
export const SlidesScreen = lazy(async () => ({
  default: (await import('../features/slides/slides-screen.tsx')).SlidesScreen,
}));
export const WorkstationScreen = lazy(
  async (): Promise<{ default: ComponentType<WorkstationScreenProps> }> => ({
    default: (await import('../features/workstation/workstation-screen.tsx')).WorkstationScreen,
  }),
);
export const UploadScreen = lazy(async () => ({
  default: (await import('../features/upload/upload-screen.tsx')).UploadScreen,
}));
export const AccountsScreen = lazy(async () => ({
  default: (await import('../features/accounts/accounts-screen.tsx')).AccountsScreen,
}));
export const HospitalsScreen = lazy(async () => ({
  default: (await import('../features/hospitals/hospitals-screen.tsx')).HospitalsScreen,
}));
export const ProfileScreen = lazy(async () => ({
  default: (await import('../features/profile/profile-screen.tsx')).ProfileScreen,
}));
