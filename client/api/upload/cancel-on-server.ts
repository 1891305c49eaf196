import type { UploadId } from '../../../shared/ids.ts';
import type { Engine } from './engine-state.ts';

/** Until the server has said so, or says that there is nothing to cancel; its own expiry is the last resort. */
export async function cancelOnServer(engine: Engine, id: UploadId): Promise<void> {
  const { api, clock } = engine.needs;
  const { signal } = engine.gone;
  for (let attempt = 0; attempt < 5 && !signal.aborted; attempt += 1) {
    const outcome = await api.cancel(id, signal);
    if (outcome.kind === 'ok') return;
    if (outcome.failure.kind === 'refused' && outcome.failure.status < 500) return;
    await clock.sleep(1_000 * 2 ** attempt, signal);
  }
}
