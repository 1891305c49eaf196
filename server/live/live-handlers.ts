import { AppError } from '../../shared/errors/app-error.ts';
import type { Handlers } from '../http/handler.ts';
import type { Database } from '../storage/database.ts';
import { listLooks } from './look-store.ts';

type LiveName = Extract<keyof Handlers, `live.${string}`>;

/** What is asked of the live channel by plain requests. */
export function liveHandlers({
  database,
}: {
  readonly database: Database;
}): Pick<Handlers, LiveName> {
  return {
    'live.socket': () =>
      Promise.reject(new AppError('live.upgrade-required', 'asked without an upgrade')),
    'live.looks': ({ actor, params }) => listLooks(database, actor, params.slideId),
  };
}
