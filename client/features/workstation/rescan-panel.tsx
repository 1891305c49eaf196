import { viewOfBox } from '../../../shared/geometry/box-corners.ts';
import type { SlideId } from '../../../shared/ids.ts';
import { mayFollow, type Rescan, type RescanState } from '../../../shared/rescan/rescan.ts';
import { useAccount } from '../../api/session.ts';
import { useFormats } from '../../app/formats.ts';
import { type Translate, useWords } from '../../app/i18n.ts';
import { rescanReasonWords } from '../../app/rescan-reason-words.ts';
import { useNow } from '../../app/use-now.ts';
import type { Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { openRescan, useMayAskRescan } from './rescan-flow.ts';
import { rescanWords } from './rescan-words.ts';
import { useWithdrawRescan } from './use-rescans.ts';
import { useSlide } from './use-slide.ts';
import { useWorkstationContext } from './workstation-context.ts';

type T = Translate<(typeof rescanWords)['zh']>;

function sayState(state: RescanState, t: T): { readonly tone: Tone; readonly text: string } {
  switch (state.kind) {
    case 'asked':
      return { tone: 'warning', text: t('stateAsked') };
    case 'will-rescan':
      return { tone: 'info', text: t('stateWill', { name: state.answeredByName }) };
    case 'cannot': {
      const { answeredByName: name, words } = state;
      return { tone: 'danger', text: t('stateCannot', { name, words }) };
    }
    case 'withdrawn':
      return { tone: 'neutral', text: t('stateWithdrawn') };
    case 'done': {
      const { answeredByName: name, replacedByName: slide } = state;
      const text =
        slide === null ? t('stateDoneUnseen', { name }) : t('stateDone', { name, slide });
      return { tone: 'success', text };
    }
  }
}

interface RescanPanelProps {
  readonly slideId: SlideId;
  readonly rescans: readonly Rescan[];
  readonly onClose: () => void;
}

/** What was asked about this slide and what the hospital said. */
export function RescanPanel({ slideId, rescans, onClose }: RescanPanelProps) {
  const t = useWords(rescanWords);
  const context = useWorkstationContext();
  const slide = useSlide(slideId).data;
  const withdraw = useWithdrawRescan(slideId);
  const ask = () => {
    onClose();
    openRescan(context);
  };
  return (
    <div className="rescan-panel">
      <h2>{t('rescanList')}</h2>
      {slide === undefined ? null : <AskButton slide={slide} onAsk={ask} />}
      {withdraw.isError ? <ErrorLine error={withdraw.error} /> : null}
      {rescans.length === 0 ? <p>{t('rescanNone')}</p> : null}
      <ul>
        {rescans.map((rescan) => (
          <Item
            key={rescan.id}
            rescan={rescan}
            onClose={onClose}
            onWithdraw={() => withdraw.mutate(rescan.id)}
          />
        ))}
      </ul>
    </div>
  );
}

interface AskButtonProps {
  readonly slide: Parameters<typeof useMayAskRescan>[0];
  readonly onAsk: () => void;
}

function AskButton({ slide, onAsk }: AskButtonProps) {
  const t = useWords(rescanWords);
  const mayAsk = useMayAskRescan(slide);
  return mayAsk ? (
    <Button look="primary" icon="plus" onPress={onAsk}>
      {t('rescanNew')}
    </Button>
  ) : null;
}

interface ItemProps {
  readonly rescan: Rescan;
  readonly onClose: () => void;
  readonly onWithdraw: () => void;
}

function Item({ rescan, onClose, onWithdraw }: ItemProps) {
  const t = useWords(rescanWords);
  const sayReason = useWords(rescanReasonWords);
  const formats = useFormats();
  const nowMs = useNow();
  const { reason, words, askedByName: name, askedAt } = rescan;
  const hospital = formats.language === 'zh' ? rescan.askedByHospitalZh : rescan.askedByHospitalEn;
  const when = formats.relative(askedAt, nowMs);
  return (
    <li className="rescan-item" data-testid="rescan-item" data-state={rescan.state.kind}>
      <strong>{sayReason(reason)}</strong>
      {words === null ? null : <q>{words}</q>}
      <span className="rescan-item-who">{t('askedBy', { name, hospital, when })}</span>
      <StatusDot {...sayState(rescan.state, t)} />
      <ItemActions rescan={rescan} onClose={onClose} onWithdraw={onWithdraw} />
    </li>
  );
}

function ItemActions({ rescan, onClose, onWithdraw }: ItemProps) {
  const t = useWords(rescanWords);
  const { store, runtime, openSlide } = useWorkstationContext();
  const account = useAccount();
  const { box, view, state } = rescan;

  function goThere(): void {
    if (box === null) return;
    const viewer = runtime.viewer(store.getState().active);
    viewer?.moveTo(viewOfBox(box, view), { origin: 'reader' });
    onClose();
  }

  const mayWithdraw = account?.id === rescan.askedBy && mayFollow(state.kind, 'withdrawn');
  const replacement = state.kind === 'done' && state.replacedByName !== null ? state : null;
  return (
    <div className="rescan-item-actions">
      {box === null ? null : (
        <Button size="small" icon="target" onPress={goThere}>
          {t('goThere')}
        </Button>
      )}
      {replacement === null ? null : (
        <Button
          size="small"
          onPress={() => {
            onClose();
            openSlide(store.getState().active, replacement.replacedBy);
          }}
        >
          {t('openReplacement')}
        </Button>
      )}
      {mayWithdraw ? (
        <Button size="small" look="quiet" onPress={onWithdraw}>
          {t('withdraw')}
        </Button>
      ) : null}
    </div>
  );
}
