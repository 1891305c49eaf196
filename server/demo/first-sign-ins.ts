import { randomInt } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const FirstSignIns = z.object({
  kind: z.enum(['demo', 'administrator']),
  signIns: z.array(
    z.object({ username: z.string(), password: z.string(), passwordHash: z.string() }),
  ),
});
/** Passwords that were made by the server, kept outside the database until their owners change them. */
export type FirstSignIns = z.infer<typeof FirstSignIns>;

/** Without letters and digits that look alike on paper. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Three groups of four: 59 bits, and still to be read out over the telephone. */
export function makePassword(): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return [group(), group(), group()].join('-');
}

function pathOf(secretsDir: string): string {
  return join(secretsDir, 'first-sign-ins.json');
}

export async function readFirstSignIns(secretsDir: string): Promise<FirstSignIns | undefined> {
  try {
    return FirstSignIns.parse(JSON.parse(await readFile(pathOf(secretsDir), 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Readable by the owner of the server only. Written beside and renamed: whole or absent. */
export async function writeFirstSignIns(secretsDir: string, signIns: FirstSignIns): Promise<void> {
  await mkdir(secretsDir, { recursive: true, mode: 0o700 });
  const beside = `${pathOf(secretsDir)}.new`;
  await rm(beside, { force: true });
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(signIns, null, 2));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, pathOf(secretsDir));
}

export async function removeFirstSignIns(secretsDir: string): Promise<void> {
  await rm(pathOf(secretsDir), { force: true });
}
