import { useNavigate } from '@tanstack/react-router';
import { type Action, can } from '../../../shared/access/can.ts';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { actorOf, useAccount } from '../../api/session.ts';
import { useWords } from '../../app/i18n.ts';
import { useNow } from '../../app/use-now.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import type { SlideCommands } from './slide-commands.ts';
import { slidesWords } from './slides-words.ts';

export interface SlideDialogs {
  readonly edit: (slide: SlideSummary) => void;
  readonly share: (slide: SlideSummary) => void;
}

export interface SlideActions {
  readonly commands: SlideCommands;
  readonly dialogs: SlideDialogs;
}

/** Whether the own hospital's slide may be changed; a slide on loan is only ever viewed. */
function useMayDo(slide: SlideSummary): (action: Action) => boolean {
  const account = useAccount();
  const nowMs = useNow();
  if (account === null) return () => false;
  const deleted = slide.deletedAt !== null;
  const resource = { kind: 'slide', hospitalId: slide.hospitalId, deleted, shares: [] } as const;
  return (action) => can(actorOf(account), action, resource, nowMs);
}

function useEntries(slide: SlideSummary, actions: SlideActions): readonly MenuEntry[] {
  const t = useWords(slidesWords);
  const may = useMayDo(slide);
  const navigate = useNavigate();
  const { commands, dialogs } = actions;
  const isDeleted = slide.deletedAt !== null;
  const open = () => void navigate({ to: '/slides/$slideId', params: { slideId: slide.id } });
  const entries: readonly (MenuEntry | null)[] = [
    isDeleted ? null : { kind: 'action', id: 'open', text: t('open'), icon: 'eye', onAction: open },
    may('slide.edit') && !isDeleted
      ? {
          kind: 'action',
          id: 'edit',
          text: t('edit'),
          icon: 'edit',
          onAction: () => dialogs.edit(slide),
        }
      : null,
    may('slide.share') && !isDeleted
      ? {
          kind: 'action',
          id: 'share',
          text: t('share'),
          icon: 'share',
          onAction: () => dialogs.share(slide),
        }
      : null,
    may('slide.edit') && slide.status.kind === 'failed'
      ? {
          kind: 'action',
          id: 'retry',
          text: t('retry'),
          icon: 'refresh',
          onAction: () => commands.retry(slide),
        }
      : null,
    may('slide.delete') && isDeleted
      ? {
          kind: 'action',
          id: 'restore',
          text: t('restore'),
          icon: 'restore',
          onAction: () => commands.restore(slide),
        }
      : null,
    may('slide.delete') && !isDeleted
      ? {
          kind: 'action',
          id: 'remove',
          text: t('remove'),
          icon: 'trash',
          isDangerous: true,
          onAction: () => commands.remove(slide),
        }
      : null,
  ];
  return entries.flatMap((entry) => (entry === null ? [] : [entry]));
}

export function SlideMenu({ slide, actions }: { slide: SlideSummary; actions: SlideActions }) {
  const t = useWords(slidesWords);
  const entries = useEntries(slide, actions);
  if (entries.length === 0) return null;
  const label = t('actionsOf', { name: slide.name });
  return (
    <Menu
      label={label}
      trigger={<IconButton icon="more" size="small" label={label} />}
      entries={entries}
    />
  );
}
