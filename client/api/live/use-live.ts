import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { type LiveRoom, roomKey } from '../../../shared/live/live-wire.ts';
import { sessionQuery } from '../session.ts';
import { liveClient } from './live.ts';
import type { LiveState, RoomListener, RoomView } from './live-client.ts';

/** Whether others can be heard now. Tells the app when the sign-in turns out to be over. */
export function useLiveState(): LiveState {
  const client = liveClient();
  const state = useSyncExternalStore(
    (listener) => client.onState(listener),
    () => client.state(),
  );
  const queries = useQueryClient();
  // The call meets the same refusal, and every call's refusal leads to the sign-in page.
  const isDoubtful =
    state.kind === 'unsigned' || (state.kind === 'waiting' && state.attempts === 1);
  useEffect(() => {
    if (isDoubtful) void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  }, [queries, isDoubtful]);
  return state;
}

const nothing = () => () => undefined;
const NOBODY: RoomView = { status: 'joining', watches: false, readers: [] };

/** A room while the component is mounted; null: none. The listeners may be new on every render. */
export function useRoom(
  room: LiveRoom | null,
  listener: Omit<RoomListener, 'changed'> = {},
): RoomView {
  const newest = useRef({ room, listener });
  useEffect(() => {
    newest.current = { room, listener };
  });
  const key = room === null ? null : roomKey(room);
  const subscribe = useCallback(
    (changed: () => void) => {
      const wanted = newest.current.room;
      if (key === null || wanted === null) return nothing();
      return liveClient().join(wanted, {
        changed,
        news: (what) => newest.current.listener.news?.(what),
        left: (presenceId) => newest.current.listener.left?.(presenceId),
      });
    },
    [key],
  );
  return useSyncExternalStore(subscribe, () => (room === null ? NOBODY : liveClient().view(room)));
}
