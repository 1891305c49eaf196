import { createCipheriv, createDecipheriv, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Seals short secrets for the database, with a key that is not in it. */
export interface SecretBox {
  /** `owner` is bound in: a sealed text moved to another row does not open. */
  seal(text: string, owner: string): string;
  unseal(sealed: string, owner: string): string;
  /** Tells keys apart without giving any of them away. */
  readonly fingerprint: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** AES-256-GCM (NIST SP 800-38D): nonce, tag, ciphertext, in base64url. */
export function createSecretBox(key: Uint8Array): SecretBox {
  return {
    fingerprint: createHmac('sha256', key).update('fingerprint').digest('hex').slice(0, 16),
    seal: (text, owner) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    unseal: (sealed, owner) => {
      const bytes = Buffer.from(sealed, 'base64url');
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
      const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    },
  };
}

/** Whole or absent, and only if there is none: processes that share the folder may start at the same moment. */
async function makeKey(path: string): Promise<void> {
  const beside = `${path}.${randomUUID()}`;
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(KEY_BYTES));
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(beside, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    await rm(beside);
  }
}

async function readKey(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** The key lies in `folder`/second-factor.key (0600), made on the first run. It belongs in the backup. */
export async function openSecretBox(folder: string): Promise<SecretBox> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'second-factor.key');
  let key = await readKey(path);
  if (key === undefined) {
    await makeKey(path);
    key = await readFile(path);
  }
  if (key.length !== KEY_BYTES) throw new Error(`${path} is not a key of ${KEY_BYTES} bytes`);
  return createSecretBox(key);
}
