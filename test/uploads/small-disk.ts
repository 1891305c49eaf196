import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Staging } from '../../server/uploads/staging.ts';

/** A disk that is nearly full, until a test makes room. */
export interface SmallDisk {
  readonly kind: 'tmpfs' | 'wrapped';
  readonly folder: string;
  readonly wrap: (staging: Staging) => Staging;
  makeRoom(): void;
  dispose(): void;
}

function mountTmpfs(folder: string, mebibytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    // Mounting is root's, and not even root's in most containers.
    return false;
  }
}

/** The kernel's own error where a file system of this size can be mounted, else the same one from a wrapper. */
export function openSmallDisk(mebibytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'farscope-small-disk-'));
  if (mountTmpfs(folder, mebibytes)) {
    return {
      kind: 'tmpfs',
      folder,
      wrap: (staging) => staging,
      makeRoom: () => {
        execFileSync('mount', ['-o', 'remount,size=256m', folder]);
      },
      dispose: () => {
        execFileSync('umount', [folder]);
        rmSync(folder, { recursive: true });
      },
    };
  }
  let left = mebibytes << 20;
  return {
    kind: 'wrapped',
    folder,
    wrap: (staging) => ({
      ...staging,
      write: async (grid, chunks) => {
        left -= chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
        if (left < 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        await staging.write(grid, chunks);
      },
    }),
    makeRoom: () => {
      left = Number.MAX_SAFE_INTEGER;
    },
    dispose: () => rmSync(folder, { recursive: true }),
  };
}
