import { useRef, useState } from 'react';
import type { SlideId } from '../../../shared/ids.ts';
import { useWords } from '../../app/i18n.ts';
import {
  type CalibrationStore,
  makeCalibrationStore,
} from '../../state/workstation-calibration.ts';
import {
  makeWorkstationStore,
  type PaneId,
  panesOf,
  withSlide,
  type WorkstationStore,
} from '../../state/workstation-composition.ts';
import {
  composeFrom,
  formatAddress,
  parseAddress,
  type WorkstationSearch,
} from '../../state/workstation-address.ts';
import { makeRescanDrawingStore, type RescanDrawingStore } from '../../state/workstation-rescan.ts';
import { AdjustPanel } from './adjust-panel.tsx';
import { CalibrationDialog } from './calibration-dialog.tsx';
import { PaneRuntime } from './pane-runtime.ts';
import { PropertiesPanel } from './properties-panel.tsx';
import { RescanDialog } from './rescan-dialog.tsx';
import { useRescanHotkey } from './rescan-flow.ts';
import { SlidePane } from './slide-pane.tsx';
import { SlideTray } from './slide-tray.tsx';
import { StatusStrip } from './status-strip.tsx';
import { intendViews, useAddress } from './use-address.ts';
import { useAnnounceLooks } from './use-announce-looks.ts';
import { useFullScreen } from './use-full-screen.ts';
import { useReconnect } from './use-reconnect.ts';
import { useTrayList } from './use-tray-list.ts';
import { ViewerToolbar } from './viewer-toolbar.tsx';
import './workstation.css';
import {
  useComposition,
  WorkstationContext,
  type WorkstationContextValue,
} from './workstation-context.ts';
import { useWorkstationHotkeys } from './workstation-hotkeys.ts';
import { workstationWords } from './workstation-words.ts';

export interface WorkstationScreenProps {
  readonly slideId: SlideId;
  readonly search: WorkstationSearch;
  readonly onSearchChange: (
    next: WorkstationSearch,
    options?: { readonly replace: boolean },
  ) => void;
  readonly onOpenSlide: (slideId: SlideId, search?: WorkstationSearch) => void;
}

interface Bench {
  readonly store: WorkstationStore;
  readonly runtime: PaneRuntime;
  readonly calibration: CalibrationStore;
  readonly rescan: RescanDrawingStore;
}

/** Made once for the life of the screen; an address that changes later is applied to it. */
function makeBench(slideId: SlideId, search: WorkstationSearch): Bench {
  const address = parseAddress(slideId, search);
  const runtime = new PaneRuntime();
  intendViews(runtime, address);
  const store = makeWorkstationStore(composeFrom(address, null));
  const calibration = makeCalibrationStore();
  return { store, runtime, calibration, rescan: makeRescanDrawingStore() };
}

/** Slides side by side under the microscope: tray, panes, tools and what can be said about the field. */
export function WorkstationScreen(props: WorkstationScreenProps) {
  const [bench] = useState(() => makeBench(props.slideId, props.search));
  const { store, runtime } = bench;
  const [said, setSaid] = useState('');
  useAddress({ store, runtime }, props);

  function openSlide(pane: PaneId, slideId: SlideId): void {
    const { slides } = store.getState();
    if (slides[pane] === slideId) return;
    if (pane === 'a') {
      const { a: _left, ...others } = runtime.goals();
      props.onOpenSlide(slideId, formatAddress(store.getState(), others));
    } else {
      store.setState((now) => withSlide(now, pane, slideId));
    }
  }

  const context: WorkstationContextValue = { ...bench, openSlide, announce: setSaid };
  return (
    <WorkstationContext value={context}>
      <Workbench />
      <CalibrationDialog />
      <RescanDialog />
      <output className="ui-visually-hidden" aria-live="polite" data-testid="viewer-said">
        {said}
      </output>
    </WorkstationContext>
  );
}

function Workbench() {
  const t = useWords(workstationWords);
  const root = useRef<HTMLDivElement>(null);
  const layout = useComposition((now) => now.layout);
  const isTrayOpen = useComposition((now) => now.isTrayOpen);
  const isAdjustOpen = useComposition((now) => now.isAdjustOpen);
  const isPropertiesOpen = useComposition((now) => now.isPropertiesOpen);
  const fullScreen = useFullScreen(root);
  const tray = useTrayList();
  useWorkstationHotkeys({ root, tray, fullScreen });
  useRescanHotkey(root);
  useReconnect();
  useAnnounceLooks();
  return (
    <section className="workstation" ref={root} aria-label={t('workstation')}>
      <ViewerToolbar fullScreen={fullScreen} />
      <div className="workstation-body">
        {isTrayOpen ? <SlideTray tray={tray} /> : null}
        <div className="workstation-panes" data-layout={layout}>
          {panesOf(layout).map((pane) => (
            <SlidePane key={pane} pane={pane} />
          ))}
          {isAdjustOpen ? <AdjustPanel /> : null}
        </div>
        {isPropertiesOpen ? <PropertiesPanel /> : null}
      </div>
      <StatusStrip />
    </section>
  );
}
