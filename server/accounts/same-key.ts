import { AppError } from '../../shared/errors/app-error.ts';
import { inScope, SYSTEM, type Database } from '../storage/database.ts';
import { toJsonColumn } from '../storage/json-column.ts';
import type { SecretBox } from './secret-box.ts';

const KEY = 'second-factor-key';

/**
 * Remembers in the database which key its secrets are sealed with. A process that came with another one could neither
 * open them nor seal any for the others.
 * @throws AppError 'storage.other-key'
 */
export async function confirmSameKey(
  { database, secretsDir }: { readonly database: Database; readonly secretsDir: string },
  { fingerprint }: Pick<SecretBox, 'fingerprint'>,
): Promise<void> {
  const known = await inScope(database, SYSTEM, async (transaction) => {
    await transaction
      .insertInto('settings')
      .values({ key: KEY, value: toJsonColumn<unknown>(fingerprint) })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
    return await transaction
      .selectFrom('settings')
      .select('value')
      .where('key', '=', KEY)
      .executeTakeFirstOrThrow();
  });
  if (known.value === fingerprint) return;
  throw new AppError('storage.other-key', 'sealed with another key', { fields: { secretsDir } });
}
