import type { Foundation } from '../../server/foundation.ts';
import { findUploadResource } from '../../server/uploads/upload-handlers.ts';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import type { PartialNouns } from '../server.ts';

/** What can() is asked about, as the server loads it; the handlers behind it are not part of these tests. */
export function realNouns({ database }: Foundation): PartialNouns {
  return {
    resources: {
      upload: (id) => findUploadResource(database, id),
      slide: async (id) => {
        const row = await inScope(database, SYSTEM, (transaction) =>
          transaction.selectFrom('slides').selectAll().where('id', '=', id).executeTakeFirst(),
        );
        if (row === undefined) return undefined;
        return {
          kind: 'slide',
          hospitalId: row.hospital_id,
          deleted: row.deleted_at !== null,
          shares: [],
        };
      },
    },
  };
}
