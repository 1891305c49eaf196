import { sql, type Kysely } from 'kysely';

/** The same file again is found among all that the hospital ever finished, and the sweep among all that is not. */
export const uploadRecognition = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql
      .raw(`
        create index uploads_recognised on uploads (hospital_id, fingerprint)
          where slide_id is not null;
        create index uploads_unfinished on uploads (account_id, state)
          where state in ('arriving', 'waiting-for-room', 'finishing');
        create index slides_half_done on slides ((status ->> 'kind'))
          where status ->> 'kind' in ('stored', 'building');
      `)
      .execute(db);
  },
};
