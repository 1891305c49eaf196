import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import type { SlideId } from '../../../shared/ids.ts';
import { isOpen } from '../../../shared/rescan/rescan.ts';
import { useWords } from '../../app/i18n.ts';
import { Icon } from '../../ui/icons/icon.tsx';
import { PopoverButton } from '../../ui/popover-button.tsx';
import { WithTooltip } from '../../ui/tooltip.tsx';
import { RescanPanel } from './rescan-panel.tsx';
import { rescanWords } from './rescan-words.ts';
import './rescan.css';
import { useKeyHint } from './use-key-hint.ts';
import { useRescans } from './use-rescans.ts';
import { useComposition } from './workstation-context.ts';

/** Requests about the active pane's slide: how many, what became of them, and a new one. */
export function RescanTool() {
  const slideId = useComposition((now) => now.slides[now.active]);
  return slideId === null ? null : <ToolFor slideId={slideId} />;
}

function ToolFor({ slideId }: { readonly slideId: SlideId }) {
  const t = useWords(rescanWords);
  const hint = useKeyHint('viewer.rescan');
  const [isShown, setIsShown] = useState(false);
  const rescans = useRescans(slideId).data ?? [];
  const open = rescans.filter(({ state }) => isOpen(state)).length;
  const label = open === 0 ? t('rescan') : t('rescanCount', { count: open });
  return (
    <PopoverButton
      label={t('rescanList')}
      isOpen={isShown}
      onOpenChange={setIsShown}
      trigger={
        <WithTooltip label={label} hint={hint} placement="bottom">
          <AriaButton
            className="ui-button ui-icon-button rescan-tool"
            data-look="quiet"
            data-size="normal"
            aria-label={label}
          >
            <Icon name="rescan" size={18} />
            {open === 0 ? null : <span className="rescan-tool-count">{open}</span>}
          </AriaButton>
        </WithTooltip>
      }
    >
      <RescanPanel slideId={slideId} rescans={rescans} onClose={() => setIsShown(false)} />
    </PopoverButton>
  );
}
