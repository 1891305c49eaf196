import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { SlideDetail } from '../../../shared/slide/slide.ts';
import { call } from '../../api/call.ts';
import { callOptions, keyOf } from '../../api/query.ts';
import { hasCode } from '../../api/request-error.ts';
import type { UploadItem, UploadItemState } from '../../api/upload/upload-item.ts';
import { uploadQueue } from '../../api/upload/upload-queue.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { useErrorSentence } from '../../ui/error-panel.tsx';
import { describeSlide, isUnderWay, type SlideWords } from './describe-slide.ts';
import { RowFrame } from './row-frame.tsx';
import { RowWatching } from './row-watching.tsx';
import { uploadWords } from './upload-words.ts';

type Finished = Extract<UploadItemState, { kind: 'finished' }>;

/** A pyramid is made in seconds to minutes: often enough for a bar that moves. */
const BUSY_MS = 1000;

/** The slide that an upload became, followed until it can be read or has failed. */
function useUploadedSlide({ slideId }: Finished) {
  return useQuery({
    ...callOptions('slide.get', { params: { slideId } }),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isUnderWay(state.data.status) ? BUSY_MS : false,
  });
}

function RetryOpening({ slide }: { readonly slide: SlideDetail }) {
  const t = useWords(uploadWords);
  const queries = useQueryClient();
  const params = { slideId: slide.id };
  const retry = useMutation({
    mutationFn: () => call('slide.retry', { params }),
    onSuccess: (now) => queries.setQueryData(keyOf('slide.get', { params }), now),
  });
  return (
    <Button size="small" icon="refresh" isPending={retry.isPending} onPress={() => retry.mutate()}>
      {t('retryOpening')}
    </Button>
  );
}

function useSlideWords(item: UploadItem, state: Finished, slide: SlideDetail | undefined) {
  const t = useWords(uploadWords);
  const formats = useFormats();
  const detail = formats.bytes(item.bytes);
  if (slide === undefined) return { words: null, detail };
  const words = describeSlide(slide.status, state.alreadyKnown, t, formats);
  const isNamedOtherwise = state.alreadyKnown && slide.name !== item.name;
  return { words, detail: isNamedOtherwise ? t('knownAs', { name: slide.name }) : detail };
}

interface FinishedRowProps {
  readonly item: UploadItem;
  readonly state: Finished;
}

/** An upload whose last byte is in: what became of the slide, and the way to it. */
export function FinishedRow({ item, state }: FinishedRowProps) {
  const t = useWords(uploadWords);
  const { data: slide, error } = useUploadedSlide(state);
  const { words, detail } = useSlideWords(item, state, slide);
  const { what } = useErrorSentence(error);
  const isGone = hasCode(error, 'request.not-found');
  const unknown: SlideWords = isGone
    ? { tone: 'neutral', text: t('slideGone'), progress: null, failure: null }
    : { tone: 'success', text: t('finished'), progress: null, failure: error ? what : null };
  const status = slide?.status.kind;
  return (
    <RowFrame
      name={item.name}
      state={status ?? 'finished'}
      detail={detail}
      {...(words ?? unknown)}
      actions={
        <>
          {slide !== undefined && status === 'failed' ? <RetryOpening slide={slide} /> : null}
          {status === 'ready' || (slide === undefined && !isGone) ? (
            <Link className="upload-open" to="/slides/$slideId" params={{ slideId: state.slideId }}>
              {t('open')}
            </Link>
          ) : null}
          <IconButton
            icon="close"
            label={t('dismiss')}
            placement="right"
            onPress={() => uploadQueue().dismiss(item.id)}
          />
        </>
      }
    >
      <RowWatching item={item} />
    </RowFrame>
  );
}
