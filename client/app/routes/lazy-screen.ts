import { type ComponentType, lazy } from 'react';

/**
 * Screens of features that grow beside this one: found by their path, so that adding the file is all it
 * takes. A screen that is not there is a failed screen, said in words.
 */
const SCREENS = import.meta.glob<Record<string, unknown>>('../../features/*/*-screen.tsx');

export function lazyScreen<Props extends object>(path: string, name: string) {
  return lazy(async (): Promise<{ default: ComponentType<Props> }> => {
    const load = SCREENS[`../../features/${path}`];
    const screen = (await load?.())?.[name];
    if (typeof screen !== 'function') throw new Error(`features/${path} has no ${name}`);
    return { default: screen as ComponentType<Props> }; // a component by its name and place
  });
}
