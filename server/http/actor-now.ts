import type { Actor } from '../../shared/access/can.ts';
import { bringsAccessToken, type SessionCache } from './authenticate.ts';

interface SignIns {
  readonly sessions: Pick<SessionCache, 'resolve'>;
  readonly tokens: Pick<SessionCache, 'identify'>;
}

/** For an answer that takes long: who its caller is now, by the headers with which it was asked for. */
export function actorNowBy({ sessions, tokens }: SignIns) {
  return async (header: (name: string) => string | undefined): Promise<Actor | undefined> => {
    const authorization = header('authorization');
    if (!bringsAccessToken(authorization)) return await sessions.resolve(header('cookie'));
    return (await tokens.identify(authorization))?.actor;
  };
}
