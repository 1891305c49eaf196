import { sql, type Kysely } from 'kysely';

/**
 * A DICOM slide is found by the study that its files name. A column, not an expression: behind row-level security
 * an index on an expression is not used.
 */
export const dicomStudies = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql
      .raw(`
        alter table slides add column study_uid text
          generated always as (properties -> 'dicom' ->> 'studyUid') stored;
        create index slides_of_study on slides (study_uid) where study_uid is not null;
      `)
      .execute(db);
  },
};
