import { MAGNIFICATION_PRESETS } from '../../../shared/geometry/magnification.ts';
import { useWords } from '../../app/i18n.ts';
import type { WorkstationLayout } from '../../state/workstation-composition.ts';
import { IconButton, IconToggle } from '../../ui/icon-button.tsx';
import type { IconName } from '../../ui/icons/icon-paths.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { Toolbar, ToolbarGap } from '../../ui/toolbar.tsx';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import { changeLayout } from './change-layout.ts';
import { MagnificationTools } from './magnification-tools.tsx';
import { flipPane, rotatePane, uprightPane } from './pane-actions.ts';
import { RescanTool } from './rescan-tool.tsx';
import { RotationTool } from './rotation-tool.tsx';
import type { FullScreen } from './use-full-screen.ts';
import { useKeyHint } from './use-key-hint.ts';
import { useLinking } from './use-linking.ts';
import { usePaneViewer } from './use-viewer.ts';
import './viewer-toolbar.css';
import { useComposition, useWorkstationContext } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

/** Tools for the active pane. Everything here has a key; the tooltip says which. */
export function ViewerToolbar({ fullScreen }: { readonly fullScreen: FullScreen }) {
  const t = useWords(workstationWords);
  const active = useComposition((now) => now.active);
  const viewer = usePaneViewer(active);
  return (
    <Toolbar label={t('toolbar')} className="viewer-toolbar">
      <TrayButton />
      <LayoutTools />
      <ToolbarGap />
      <MagnificationTools presets={MAGNIFICATION_PRESETS} />
      <ToolbarGap />
      <TurnTools viewer={viewer} />
      <span className="viewer-toolbar-space" />
      <RescanTool />
      <ShowButtons />
      <Tool
        icon={fullScreen.isOn ? 'fullscreen-exit' : 'fullscreen'}
        action="viewer.fullScreen"
        label={fullScreen.isOn ? t('fullScreenExit') : t('fullScreen')}
        onPress={fullScreen.toggle}
      />
    </Toolbar>
  );
}

interface ToolProps {
  readonly icon: IconName;
  /** The hot key's action, for the hint. */
  readonly action: string;
  readonly label: string;
  readonly onPress: () => void;
  readonly isDisabled?: boolean;
}

function Tool({ action, ...button }: ToolProps) {
  return <IconButton {...button} hint={useKeyHint(action)} />;
}

function TrayButton() {
  const t = useWords(workstationWords);
  const { store } = useWorkstationContext();
  const isOpen = useComposition((now) => now.isTrayOpen);
  return (
    <IconToggle
      icon="layout"
      label={isOpen ? t('trayHide') : t('trayShow')}
      isSelected={isOpen}
      onChange={(isTrayOpen) => store.setState({ isTrayOpen })}
    />
  );
}

function LayoutTools() {
  const t = useWords(workstationWords);
  const context = useWorkstationContext();
  const layout = useComposition((now) => now.layout);
  const linking = useLinking();
  const hint = useKeyHint('viewer.link');
  const segment = (value: WorkstationLayout, text: string, icon: IconName) => ({
    value,
    text,
    icon,
    isIconOnly: true,
  });
  return (
    <>
      <Segmented
        label={t('layout')}
        value={layout}
        onChange={(next) => changeLayout(context, next)}
        segments={[
          segment('one', t('layoutOne'), 'pane'),
          segment('two', t('layoutTwo'), 'pane-columns'),
          segment('four', t('layoutFour'), 'pane-grid'),
        ]}
      />
      <IconToggle
        icon={linking.isLinked ? 'link' : 'unlink'}
        label={linking.isLinked ? `${t('unlink')} · ${t('linkHint')}` : t('link')}
        hint={hint}
        isSelected={linking.isLinked}
        isDisabled={layout === 'one'}
        onChange={linking.toggle}
      />
    </>
  );
}

function TurnTools({ viewer }: { readonly viewer: SlideViewer | null }) {
  const t = useWords(workstationWords);
  const isDisabled = viewer === null;
  const act = (change: (open: SlideViewer) => void) => () => {
    if (viewer !== null) change(viewer);
  };
  return (
    <>
      <Tool
        icon="rotate-left"
        action="viewer.rotateLeft"
        label={t('rotateLeft')}
        isDisabled={isDisabled}
        onPress={act((open) => rotatePane(open, -5))}
      />
      <RotationTool viewer={viewer} />
      <Tool
        icon="rotate-right"
        action="viewer.rotateRight"
        label={t('rotateRight')}
        isDisabled={isDisabled}
        onPress={act((open) => rotatePane(open, 5))}
      />
      <Tool
        icon="flip-horizontal"
        action="viewer.flip"
        label={t('flip')}
        isDisabled={isDisabled}
        onPress={act(flipPane)}
      />
      <Tool
        icon="restore"
        action="viewer.upright"
        label={t('upright')}
        isDisabled={isDisabled}
        onPress={act(uprightPane)}
      />
    </>
  );
}

function ShowButtons() {
  const t = useWords(workstationWords);
  const { store } = useWorkstationContext();
  const isNavigatorShown = useComposition((now) => now.isNavigatorShown);
  const isPropertiesOpen = useComposition((now) => now.isPropertiesOpen);
  const isAdjustOpen = useComposition((now) => now.isAdjustOpen);
  const adjustHint = useKeyHint('viewer.adjust');
  const navigatorHint = useKeyHint('viewer.navigator');
  const propertiesHint = useKeyHint('viewer.properties');
  return (
    <>
      <IconToggle
        icon="contrast"
        label={t('adjust')}
        hint={adjustHint}
        isSelected={isAdjustOpen}
        onChange={(open) => store.setState({ isAdjustOpen: open })}
      />
      <IconToggle
        icon="map"
        label={t('navigatorToggle')}
        hint={navigatorHint}
        isSelected={isNavigatorShown}
        onChange={(shown) => store.setState({ isNavigatorShown: shown })}
      />
      <IconToggle
        icon="info"
        label={t('properties')}
        hint={propertiesHint}
        isSelected={isPropertiesOpen}
        onChange={(open) => store.setState({ isPropertiesOpen: open })}
      />
    </>
  );
}
