import { createContext, useContext } from 'react';
import type { SlideId } from '../../../shared/ids.ts';
import type { CalibrationStore } from '../../state/workstation-calibration.ts';
import {
  type PaneId,
  useWorkstation,
  type WorkstationComposition,
  type WorkstationStore,
} from '../../state/workstation-composition.ts';
import type { RescanDrawingStore } from '../../state/workstation-rescan.ts';
import type { PaneRuntime } from './pane-runtime.ts';

export interface WorkstationContextValue {
  readonly store: WorkstationStore;
  readonly runtime: PaneRuntime;
  readonly calibration: CalibrationStore;
  readonly rescan: RescanDrawingStore;
  /** Opens a slide in a pane; in pane a that is a step in the browser's history. */
  readonly openSlide: (pane: PaneId, slideId: SlideId) => void;
  /** Reads something out to those who do not see it. */
  readonly announce: (text: string) => void;
}

export const WorkstationContext = createContext<WorkstationContextValue | null>(null);

export function useWorkstationContext(): WorkstationContextValue {
  const value = useContext(WorkstationContext);
  if (value === null) throw new Error('used outside the workstation');
  return value;
}

export function useComposition<Value>(select: (now: WorkstationComposition) => Value): Value {
  return useWorkstation(useWorkstationContext().store, select);
}
