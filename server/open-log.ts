import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino, stdTimeFunctions, type Logger } from 'pino';
import type { ServerConfig } from './config.ts';

/** A file beyond this is put aside at the next start; one earlier file is kept. */
const MAX_LOG_BYTES = 64 << 20;

export interface OpenLog {
  readonly log: Logger;
  /** Where the lines go, when not to stdout. */
  readonly file: string | undefined;
}

function putAside(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && found.size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
}

/**
 * JSON lines. At a terminal they go to a file, so that what a person reads there stays readable; in a
 * container or under systemd to stdout. Headers are never logged; `redact` is the second lock.
 */
export function openLog(
  config: Pick<ServerConfig, 'dataDir' | 'logLevel' | 'logTo'>,
  isTerminal: boolean,
): OpenLog {
  const options = {
    level: config.logLevel,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    redact: ['*.password', '*.cookie', '*.authorization', '*.headers'],
  };
  const toFile = config.logTo === 'file' || (config.logTo === 'auto' && isTerminal);
  if (!toFile) return { log: pino(options), file: undefined };
  const folder = join(config.dataDir, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'farscope.log');
  putAside(file);
  return { log: pino(options, destination({ dest: file, append: true, sync: false })), file };
}
