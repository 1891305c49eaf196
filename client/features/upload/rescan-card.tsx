import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { viewOfBox } from '../../../shared/geometry/box-corners.ts';
import { formatView } from '../../../shared/geometry/view-state.ts';
import type { Rescan, RescanAnswer } from '../../../shared/rescan/rescan.ts';
import { call } from '../../api/call.ts';
import { callOptions } from '../../api/query.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { rescanReasonWords } from '../../app/rescan-reason-words.ts';
import { useNow } from '../../app/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { CannotDialog, DoneDialog } from './answer-dialogs.tsx';
import { liveWords } from './live-words.ts';
import { SlideMap } from './slide-map.tsx';
import { usePersonWords } from './use-person-words.ts';

interface RescanCardProps {
  readonly rescan: Rescan;
  readonly onAnswered: () => void;
}

/** One request: where, why, who, and the answers to it. */
export function RescanCard({ rescan, onAnswered }: RescanCardProps) {
  const t = useWords(liveWords);
  const reasons = useWords(rescanReasonWords);
  const formats = useFormats();
  const sayPerson = usePersonWords();
  const nowMs = useNow();
  const person = sayPerson({
    displayName: rescan.askedByName,
    hospitalNameZh: rescan.askedByHospitalZh,
    hospitalNameEn: rescan.askedByHospitalEn,
  });
  const { state, words, slideName, askedAt } = rescan;
  return (
    <li className="rescan-card" data-testid="rescan-card" data-state={state.kind}>
      <RescanMap rescan={rescan} />
      <div className="rescan-card-text">
        <strong>{reasons(rescan.reason)}</strong>
        <span className="rescan-card-name" title={slideName}>
          {slideName}
        </span>
        {words === null ? null : <q>{words}</q>}
        <span className="rescan-card-who">
          {t('askedBy', { person, when: formats.relative(askedAt, nowMs) })}
        </span>
        {state.kind === 'will-rescan' ? (
          <StatusDot tone="info" text={t('stateWill', { name: state.answeredByName })} />
        ) : (
          <StatusDot tone="warning" text={t('stateAsked')} />
        )}
      </div>
      <Answers rescan={rescan} onAnswered={onAnswered} />
    </li>
  );
}

function RescanMap({ rescan }: { readonly rescan: Rescan }) {
  const t = useWords(liveWords);
  const { slideId, slideName, box, id } = rescan;
  const slide = useQuery(callOptions('slide.get', { params: { slideId } })).data;
  return (
    <div className="rescan-card-map">
      {slide === undefined ? null : (
        <SlideMap
          label={t('mapBoxOf', { slide: slideName })}
          slide={slide}
          localPicture={null}
          fields={[]}
          boxes={box === null ? [] : [{ key: id, box }]}
        />
      )}
      {box === null ? <span>{t('wholeSlide')}</span> : null}
    </div>
  );
}

/** The slide as the reader saw it, with the box in the middle. */
function OpenThere({ rescan }: { readonly rescan: Rescan }) {
  const t = useWords(liveWords);
  const { slideId, slideName, box, view } = rescan;
  const shown = box === null ? view : viewOfBox(box, view);
  return (
    <Link
      className="upload-open"
      to="/slides/$slideId"
      params={{ slideId }}
      search={{ view: formatView(shown) }}
      aria-label={t('openThereOf', { slide: slideName })}
    >
      {t('openThere')}
    </Link>
  );
}

function useAnswer({ slideId, id }: Rescan, onAnswered: () => void) {
  return useMutation({
    mutationFn: (body: RescanAnswer) =>
      call('rescan.answer', { params: { slideId, rescanId: id }, body }),
    // Also after a failure: somebody else may have answered.
    onSettled: onAnswered,
  });
}

function Answers({ rescan, onAnswered }: RescanCardProps) {
  const t = useWords(liveWords);
  const answer = useAnswer(rescan, onAnswered);
  const [asking, setAsking] = useState<'done' | 'cannot' | null>(null);
  const close = () => {
    setAsking(null);
    answer.reset();
  };
  const send = (body: RescanAnswer) => answer.mutate(body, { onSuccess: close });
  const shared = { onClose: close, onSend: send, isPending: answer.isPending, error: answer.error };
  return (
    <fieldset
      className="rescan-card-actions"
      aria-label={t('answersOf', { slide: rescan.slideName })}
    >
      <OpenThere rescan={rescan} />
      {rescan.state.kind === 'asked' ? (
        <Button
          size="small"
          look="primary"
          isPending={answer.isPending}
          onPress={() => send({ kind: 'will-rescan' })}
        >
          {t('willRescan')}
        </Button>
      ) : null}
      <Button size="small" onPress={() => setAsking('done')}>
        {t('done')}
      </Button>
      <Button size="small" look="quiet" onPress={() => setAsking('cannot')}>
        {t('cannot')}
      </Button>
      {asking === null && answer.isError ? <ErrorLine error={answer.error} /> : null}
      {asking === 'done' ? <DoneDialog rescan={rescan} {...shared} /> : null}
      {asking === 'cannot' ? <CannotDialog {...shared} /> : null}
    </fieldset>
  );
}
