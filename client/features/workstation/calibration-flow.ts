import type { SlideDetail } from '../../../shared/slide/slide.ts';
import { useMay } from '../../api/session.ts';
import { beginCalibration } from '../../state/workstation-calibration.ts';
import { useWorkstationContext } from './workstation-context.ts';

/** Opens the calibration of the active pane's slide, for those who may; the server decides again. */
export function useOpenCalibration(slide: SlideDetail): {
  readonly mayOpen: boolean;
  readonly open: () => void;
} {
  const { store, calibration } = useWorkstationContext();
  const mayOpen = useMay('slide.calibrate', {
    kind: 'slide',
    hospitalId: slide.hospitalId,
    deleted: slide.deletedAt !== null,
    shares: [],
  });
  const open = () =>
    calibration.setState(beginCalibration(store.getState().active, slide.id), true);
  return { mayOpen, open };
}
