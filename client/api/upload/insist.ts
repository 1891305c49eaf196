import { AppError, isErrorCode, type ErrorFields } from '../../../shared/errors/app-error.ts';
import { planRetry, type SendFailure } from '../../../shared/upload/retry-plan.ts';
import type { ApiOutcome } from './upload-api.ts';
import type { UploadEngineNeeds } from './upload-needs.ts';

/** What an upload waits for while nothing can be sent. */
export type HoldReason = 'network' | 'room' | 'server';

export interface HoldNeeds extends Pick<UploadEngineNeeds, 'clock' | 'online' | 'random'> {
  /** Aborted when the upload is paused or cancelled: waiting ends at once. */
  readonly stop: AbortSignal;
  onHold(reason: HoldReason): void;
}

function givenUp(code: string, fields: ErrorFields): AppError {
  return new AppError(isErrorCode(code) ? code : 'server.internal', code, { fields });
}

/** Until the pause is over, or the browser says that the network is back. */
async function sleepOrOnline({ clock, online, stop }: HoldNeeds, delayMs: number): Promise<void> {
  const back = new AbortController();
  const unsubscribe = online.subscribe(() => {
    if (online.isOnline()) back.abort();
  });
  try {
    await clock.sleep(delayMs, AbortSignal.any([stop, back.signal]));
  } catch (cause) {
    if (stop.aborted || !back.signal.aborted) throw cause;
  } finally {
    unsubscribe();
  }
}

/**
 * Waits as long as the failure asks for.
 * @param attempt failures in a row before this one
 * @throws AppError with the code when waiting does not help; the reason of `stop` when it is aborted
 */
export async function holdAfter(
  needs: HoldNeeds,
  failure: SendFailure,
  fields: ErrorFields,
  attempt: number,
): Promise<void> {
  const step = planRetry(failure, attempt, needs.random());
  switch (step.kind) {
    case 'give-up':
      throw givenUp(step.code, fields);
    case 'wait-for-network':
      needs.onHold('network');
      return await sleepOrOnline(needs, step.delayMs);
    case 'wait-for-room':
      needs.onHold('room');
      return await needs.clock.sleep(step.delayMs, needs.stop);
    case 'again':
      if (step.delayMs > 0) needs.onHold('server');
      return await needs.clock.sleep(step.delayMs, needs.stop);
  }
}

/** Asks again until there is an answer, or the failure is one that waiting does not mend. */
export async function insist<Value>(
  needs: HoldNeeds,
  ask: () => Promise<ApiOutcome<Value>>,
): Promise<Value> {
  for (let attempt = 0; ; attempt += 1) {
    needs.stop.throwIfAborted();
    const outcome = await ask();
    if (outcome.kind === 'ok') return outcome.value;
    await holdAfter(needs, outcome.failure, outcome.fields, attempt);
  }
}
