import { urlOf } from '../url.ts';
import { createLiveClient, type LiveClient } from './live-client.ts';

let client: LiveClient | undefined;

function addressOfSocket(): string {
  const address = new URL(urlOf('live.socket', {}), location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

/** The live connection of this page: opened when the first room is joined. */
export function liveClient(): LiveClient {
  if (client !== undefined) return client;
  const made = createLiveClient({
    openSocket: (protocol, { message, closed }) => {
      const socket = new WebSocket(addressOfSocket(), protocol);
      socket.addEventListener('message', ({ data }) => message(data));
      socket.addEventListener('close', ({ code }) => closed(code));
      return socket;
    },
    now: () => Date.now(),
    later: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
  });
  // For the life of the page, like the client itself.
  window.addEventListener('online', () => made.wake());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') made.wake();
  });
  client = made;
  return made;
}
