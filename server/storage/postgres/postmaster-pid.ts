import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a cluster's postmaster.pid says (PostgreSQL, src/include/utils/pidfile.h: line numbers). */
export interface PostmasterPid {
  readonly pid: number;
  /** Folder of the Unix socket (line 5), empty where there is none. */
  readonly socketFolder: string;
}

function describeProcess(pid: number): { state: string; command: string } | undefined {
  try {
    if (existsSync('/proc/self/stat')) {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may itself hold spaces and parentheses: look behind the last one.
      const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
      return { state, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
    }
    const words = execFileSync('ps', ['-o', 'stat=,command=', '-p', String(pid)], {
      encoding: 'utf8',
    }).trim();
    return { state: words.charAt(0), command: words.slice(words.indexOf(' ') + 1) };
  } catch {
    // No such process: /proc has no entry, ps ends with 1.
    return undefined;
  }
}

/**
 * Whether `pid` is a live postmaster of this very cluster. A pid from a file proves nothing by itself: it
 * may be a zombie, or another program that got the number after a reboot.
 */
export function isPostmasterOf(pid: number, cluster: string): boolean {
  const found = describeProcess(pid);
  if (found === undefined || found.state === 'Z' || found.state === 'X') return false;
  // /proc separates arguments with NUL, ps with spaces.
  const command = `${found.command} `;
  return (
    command.includes('postgres') &&
    (command.includes(`\0${cluster}\0`) || command.includes(` ${cluster} `))
  );
}

/**
 * The postmaster that already runs on this cluster (an earlier server was killed, its database lives on),
 * or undefined. A stale file is deleted: PostgreSQL refuses to start when its pid belongs to someone else.
 */
export function findRunningPostmaster(cluster: string): PostmasterPid | undefined {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  if (Number.isInteger(pid) && pid > 0 && isPostmasterOf(pid, cluster)) {
    return { pid, socketFolder: lines[4]?.trim() ?? '' };
  }
  // Windows has neither /proc nor ps; there PostgreSQL's own check has to do.
  if (process.platform !== 'win32') rmSync(file, { force: true });
  return undefined;
}
