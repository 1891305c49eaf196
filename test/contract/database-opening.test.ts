import { expect, test } from 'vitest';
import { openDatabase } from '../../server/storage/database.ts';
import { findFreePort } from '../cluster/own-process.ts';
import { createTestDatabase } from '../database.ts';

const open = (url: string) => openDatabase({ connection: { url }, log: () => undefined });

test('a database that is not there, or not for us, is said in words', async () => {
  const fixture = await createTestDatabase();
  const elsewhere = fixture.connection.url.replace(/@\/[^?]*/, '@/nowhere');
  await expect(open(elsewhere)).rejects.toMatchObject({ code: 'storage.database-refused' });
  await fixture.dispose();
  const nobody = `postgresql://farscope:secret@127.0.0.1:${await findFreePort()}/farscope`;
  await expect(open(nobody)).rejects.toMatchObject({ code: 'storage.database-away' });
});
