import { type RefObject, useMemo } from 'react';
import type { HotkeyAction, HotkeyScope } from '../../app/hotkeys/binding.ts';
import { useHotkeys } from '../../app/hotkeys/hotkeys.ts';
import { bilingual } from '../../app/i18n.ts';
import { MAGNIFICATION_PRESETS } from '../../../shared/geometry/magnification.ts';
import { nextLayout, panesOf, type WorkstationStore } from '../../state/workstation-composition.ts';
import { changeLayout } from './change-layout.ts';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import { NEUTRAL_TONE } from '../../viewer/tone-table.ts';
import {
  type Direction,
  fitPane,
  flipPane,
  panPane,
  rotatePane,
  showPreset,
  uprightPane,
  zoomPane,
} from './pane-actions.ts';
import { useReadActiveMpp } from './use-active-mpp.ts';
import type { FullScreen } from './use-full-screen.ts';
import { type Linking, useLinkedRuntime, useLinking } from './use-linking.ts';
import type { TrayList } from './use-tray-list.ts';
import { useWorkstationContext, type WorkstationContextValue } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

type WordKey = keyof typeof workstationWords.zh;

const word = (key: WordKey) => bilingual(workstationWords, key);

/** Moves, zooms or turns the viewer of the active pane, if there is one. */
type OnViewer = (change: (viewer: SlideViewer) => void) => () => void;

function panActions(onViewer: OnViewer): readonly HotkeyAction[] {
  const keys: readonly (readonly [Direction, string, string, WordKey, WordKey])[] = [
    ['left', 'ArrowLeft', 'KeyA', 'panLeft', 'fieldLeft'],
    ['right', 'ArrowRight', 'KeyD', 'panRight', 'fieldRight'],
    ['up', 'ArrowUp', 'KeyW', 'panUp', 'fieldUp'],
    ['down', 'ArrowDown', 'KeyS', 'panDown', 'fieldDown'],
  ];
  const group = word('groupMove');
  return keys.flatMap(([direction, arrow, letter, pan, field]) => [
    {
      id: `viewer.${pan}`,
      label: word(pan),
      group,
      keys: [arrow, letter],
      repeats: true,
      run: onViewer((viewer) => panPane(viewer, direction, false)),
    },
    {
      id: `viewer.${field}`,
      label: word(field),
      group,
      keys: [`Shift+${arrow}`],
      repeats: true,
      run: onViewer((viewer) => panPane(viewer, direction, true)),
    },
  ]);
}

function zoomActions(onViewer: OnViewer, readMpp: ReturnType<typeof useReadActiveMpp>) {
  const group = word('groupZoom');
  const presets = MAGNIFICATION_PRESETS.map((preset, index): HotkeyAction => {
    const text = `${preset}×`;
    return {
      id: `viewer.preset${index + 1}`,
      label: { zh: text, en: text },
      group,
      keys: [`Digit${index + 1}`, `Numpad${index + 1}`],
      run: onViewer((viewer) => showPreset(viewer, readMpp(), preset)),
    };
  });
  return [
    {
      id: 'viewer.fit',
      label: word('fitLong'),
      group,
      keys: ['Digit0', 'Numpad0'],
      run: onViewer(fitPane),
    },
    ...presets,
    {
      id: 'viewer.zoomIn',
      label: word('zoomIn'),
      group,
      keys: ['Equal', 'NumpadAdd'],
      repeats: true,
      run: onViewer((viewer) => zoomPane(viewer, Math.SQRT2)),
    },
    {
      id: 'viewer.zoomOut',
      label: word('zoomOut'),
      group,
      keys: ['Minus', 'NumpadSubtract'],
      repeats: true,
      run: onViewer((viewer) => zoomPane(viewer, Math.SQRT1_2)),
    },
  ] satisfies readonly HotkeyAction[];
}

function turnActions(onViewer: OnViewer): readonly HotkeyAction[] {
  const group = word('groupTurn');
  const turn = (id: string, key: WordKey, chord: string, degrees: number): HotkeyAction => ({
    id,
    label: word(key),
    group,
    keys: [chord],
    repeats: true,
    run: onViewer((viewer) => rotatePane(viewer, degrees)),
  });
  return [
    turn('viewer.rotateLeft', 'rotateLeft', 'Shift+Comma', -5),
    turn('viewer.rotateRight', 'rotateRight', 'Shift+Period', 5),
    turn('viewer.rotateQuarter', 'rotateQuarter', 'Shift+KeyR', 90),
    { id: 'viewer.flip', label: word('flip'), group, keys: ['KeyX'], run: onViewer(flipPane) },
    {
      id: 'viewer.upright',
      label: word('upright'),
      group,
      keys: ['Shift+KeyX'],
      run: onViewer(uprightPane),
    },
  ];
}

function activateNextPane(store: WorkstationStore, root: HTMLElement | null): void {
  const { layout, active } = store.getState();
  const panes = panesOf(layout);
  const next = panes[(panes.indexOf(active) + 1) % panes.length] ?? 'a';
  store.setState({ active: next });
  root?.querySelector<HTMLElement>(`[data-pane="${next}"] .pane-surface`)?.focus();
}

interface PaneNeeds {
  readonly context: WorkstationContextValue;
  readonly tray: TrayList;
  readonly linking: Linking;
  readonly root: RefObject<HTMLElement | null>;
}

function paneActions({ context, tray, linking, root }: PaneNeeds): readonly HotkeyAction[] {
  const { store, openSlide } = context;
  const group = word('groupPanes');
  function openNeighbour(step: 1 | -1): void {
    const { active, slides } = store.getState();
    const here = slides[active];
    const next = here === null ? null : tray.neighbour(here, step);
    if (next !== null) openSlide(active, next);
  }
  const action = (id: string, key: WordKey, chord: string, run: () => void): HotkeyAction => ({
    id,
    label: word(key),
    group,
    keys: [chord],
    run,
  });
  return [
    action('viewer.nextSlide', 'nextSlide', 'PageDown', () => openNeighbour(1)),
    action('viewer.previousSlide', 'previousSlide', 'PageUp', () => openNeighbour(-1)),
    action('viewer.layout', 'cycleLayout', 'Backslash', () =>
      changeLayout(context, nextLayout(store.getState().layout)),
    ),
    action('viewer.nextPane', 'nextPane', 'Backquote', () => activateNextPane(store, root.current)),
    action('viewer.link', 'link', 'KeyY', linking.toggle),
    action('viewer.linkHere', 'linkAgain', 'Shift+KeyY', linking.alignHere),
  ];
}

function imageActions(
  { store }: WorkstationContextValue,
  fullScreen: FullScreen,
): readonly HotkeyAction[] {
  const group = word('groupImage');
  const action = (id: string, key: WordKey, chord: string, run: () => void): HotkeyAction => ({
    id,
    label: word(key),
    group,
    keys: [chord],
    run,
  });
  return [
    action('viewer.adjust', 'adjust', 'KeyI', () =>
      store.setState((now) => ({ isAdjustOpen: !now.isAdjustOpen })),
    ),
    action('viewer.adjustReset', 'adjustReset', 'Shift+KeyI', () =>
      store.setState((now) => ({ tones: { ...now.tones, [now.active]: NEUTRAL_TONE } })),
    ),
    action('viewer.navigator', 'navigatorToggle', 'Shift+KeyN', () =>
      store.setState((now) => ({ isNavigatorShown: !now.isNavigatorShown })),
    ),
    action('viewer.properties', 'properties', 'Shift+KeyP', () =>
      store.setState((now) => ({ isPropertiesOpen: !now.isPropertiesOpen })),
    ),
    action('viewer.fullScreen', 'fullScreen', 'Shift+KeyF', fullScreen.toggle),
  ];
}

interface HotkeyNeeds {
  readonly root: RefObject<HTMLElement | null>;
  readonly tray: TrayList;
  readonly fullScreen: FullScreen;
}

/** The keys of the viewer; `?` lists them and lets the reader change them. */
export function useWorkstationHotkeys({ root, tray, fullScreen }: HotkeyNeeds): void {
  const context = useWorkstationContext();
  const linking = useLinking();
  const readMpp = useReadActiveMpp();
  useLinkedRuntime();
  const scope = useMemo(
    (): HotkeyScope => ({ id: 'viewer', label: word('viewer'), element: () => root.current }),
    [root],
  );
  const onViewer: OnViewer = (change) => () => {
    const viewer = context.runtime.viewer(context.store.getState().active);
    if (viewer !== null) change(viewer);
  };
  useHotkeys(scope, [
    ...panActions(onViewer),
    ...zoomActions(onViewer, readMpp),
    ...turnActions(onViewer),
    ...paneActions({ context, tray, linking, root }),
    ...imageActions(context, fullScreen),
  ]);
}
