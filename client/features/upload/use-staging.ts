import { useEffect, useState, useSyncExternalStore } from 'react';
import { groupSlideFiles } from '../../api/upload/group-slide-files.ts';
import { previewLocalSlide } from '../../api/upload/preview-local-slide.ts';
import { uploadQueue } from '../../api/upload/upload-queue.ts';
import { createStaging, type Staging, type StagingState } from './staging.ts';

/** What was chosen lives as long as the screen. */
export function useStaging(): { readonly staging: Staging; readonly state: StagingState } {
  const [staging] = useState(() =>
    createStaging({
      group: groupSlideFiles,
      takeUp: (slides) => uploadQueue().takeUp(slides),
      preview: previewLocalSlide,
    }),
  );
  useEffect(() => () => staging.clear(), [staging]);
  return { staging, state: useSyncExternalStore(staging.subscribe, staging.state) };
}
