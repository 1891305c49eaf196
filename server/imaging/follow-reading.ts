import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

const EVERY_MS = 300;

/** The descriptor by which this process has the file open; Linux only. */
function descriptorOf(path: string): string | undefined {
  return readdirSync('/proc/self/fd').find((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      // Closed between listing and reading: not ours.
      return false;
    }
  });
}

function positionOf(descriptor: string): number {
  const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
  return Number(/^pos:\s+(\d+)/m.exec(info)?.[1] ?? 0);
}

/** How much of a mapping of the file has been touched, in bytes; 0 when it is not mapped. */
function touchedOf(path: string): number {
  let kilobytes = 0;
  let inside = false;
  for (const line of readFileSync('/proc/self/smaps', 'utf8').split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) inside = line.endsWith(path);
    else if (inside && line.startsWith('Rss:')) kilobytes += Number.parseInt(line.slice(4), 10);
  }
  return kilobytes * 1024;
}

function readSoFar(path: string): number {
  const descriptor = descriptorOf(path);
  return descriptor === undefined ? touchedOf(path) : positionOf(descriptor);
}

/**
 * Tells how far a file has been read by a library that says nothing itself: the kernel knows where its
 * descriptor stands, or which pages of a mapping were touched. The picture is read once from top to bottom.
 * Elsewhere than on Linux nothing is told.
 * @param onProgress from 0 to 0.99, only upwards
 */
export function followReading(
  path: string,
  onProgress: (progress: number) => void,
): { dispose(): void } {
  if (process.platform !== 'linux') return { dispose: () => undefined };
  const { size } = statSync(path);
  let said = 0;
  const timer = setInterval(() => {
    const progress = Math.min(0.99, readSoFar(path) / size);
    if (progress <= said) return;
    said = progress;
    onProgress(progress);
  }, EVERY_MS);
  return { dispose: () => clearInterval(timer) };
}
