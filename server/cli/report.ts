import { appendFileSync } from 'node:fs';
import {
  addSample,
  bytesPerSecond,
  type TransferSample,
} from '../../shared/upload/transfer-rate.ts';

export interface Report {
  /** A line that stays, with the time, on the screen and in the log. */
  line(text: string): void;
  /** The status line: overwritten, only where somebody looks on. */
  status(text: string): void;
  progress(name: string, sentBytes: number, totalBytes: number): void;
}

export interface ReportNeeds {
  readonly now: () => number;
  readonly logPath: string | undefined;
  readonly screen: { readonly isTTY?: boolean; write(text: string): unknown };
}

const MEBIBYTE = 1 << 20;

export function createReport({ now, logPath, screen }: ReportNeeds): Report {
  const isWatched = screen.isTTY === true;
  let samples: TransferSample[] = [];
  let lastBytes = 0;
  const status = (text: string): void => {
    if (isWatched) screen.write(`\r\u001b[K${text}`);
  };
  return {
    status,
    line: (text) => {
      const dated = `${new Date(now()).toISOString()} ${text}\n`;
      screen.write(isWatched ? `\r\u001b[K${dated}` : dated);
      if (logPath !== undefined) appendFileSync(logPath, dated);
    },
    progress: (name, sentBytes, totalBytes) => {
      if (sentBytes < lastBytes) samples = [];
      samples = addSample(samples, { atMs: now(), bytes: Math.max(0, sentBytes - lastBytes) });
      lastBytes = sentBytes;
      const rate = bytesPerSecond(samples, now(), samples[0]?.atMs ?? now());
      const percent = Math.floor((sentBytes / Math.max(1, totalBytes)) * 100);
      const speed = (rate / MEBIBYTE).toFixed(1);
      status(`${name}  ${percent}%  ${(totalBytes / MEBIBYTE).toFixed(0)} MiB  ${speed} MiB/s`);
    },
  };
}
