import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { useWords } from '../../app/i18n.ts';
import { call } from '../../api/call.ts';
import { keyOf } from '../../api/query.ts';
import { showToast } from '../../ui/toast.tsx';
import { slidesWords } from './slides-words.ts';

export interface SlideCommands {
  readonly remove: (slide: SlideSummary) => void;
  readonly restore: (slide: SlideSummary) => void;
  readonly retry: (slide: SlideSummary) => void;
  /** The last failure, to be shown above the list, and what takes it away. */
  readonly error: Error | null;
  readonly dismiss: () => void;
}

/** What can be done to a slide without a dialog. Deleting can be taken back from the toast. */
export function useSlideCommands(): SlideCommands {
  const t = useWords(slidesWords);
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: keyOf('slide.list') });
  const restore = useMutation({
    mutationFn: (slide: SlideSummary) => call('slide.restore', { params: { slideId: slide.id } }),
    onSuccess: (_reply, { name }) => showToast({ title: t('restored', { name }), tone: 'success' }),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (slide: SlideSummary) => call('slide.delete', { params: { slideId: slide.id } }),
    onSuccess: (_reply, slide) =>
      showToast({
        title: t('removed', { name: slide.name }),
        onUndo: () => restore.mutate(slide),
      }),
    onSettled,
  });
  const retry = useMutation({
    mutationFn: (slide: SlideSummary) => call('slide.retry', { params: { slideId: slide.id } }),
    onSuccess: (_reply, { name }) => showToast({ title: t('retried', { name }) }),
    onSettled,
  });
  const failed = [remove, restore, retry].find((command) => command.error !== null);
  return {
    remove: (slide) => remove.mutate(slide),
    restore: (slide) => restore.mutate(slide),
    retry: (slide) => retry.mutate(slide),
    error: failed?.error ?? null,
    dismiss: () => failed?.reset(),
  };
}
