import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';

/** When a process started, in a form that tells it from a later one with the same pid. */
function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    // EPERM: it lives, and belongs to somebody else.
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): starttime is field 22; the name (field 2) ends with the last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    // No /proc on this system, or the process ended just now: only its pid is known.
    return process.platform === 'linux' ? undefined : 'unknown';
  }
}

/**
 * Takes a data folder for this process. Two servers on one folder would each stop the other's database.
 * A lock of a process that is gone is taken over.
 * @throws AppError 'storage.data-in-use'
 */
export function takeFolder(folder: string): { readonly release: () => void } {
  const file = join(folder, 'owner');
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}`;
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
      return { release: () => rmSync(file, { force: true }) };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    const [pid = '', start = ''] = readFileSync(file, 'utf8').split(' ');
    if (Number(pid) > 0 && startOf(Number(pid)) === start) {
      throw new AppError('storage.data-in-use', `owned by process ${pid}`, { fields: { pid } });
    }
    rmSync(file, { force: true });
  }
}
