import type { RecordAudit } from '../deps.ts';
import { toJsonColumn } from '../storage/json-column.ts';

export const recordAudit: RecordAudit = async (transaction, event) => {
  await transaction
    .insertInto('audit_events')
    .values({
      account_id: event.accountId,
      hospital_id: event.hospitalId,
      action: event.action,
      subject: event.subject,
      detail: toJsonColumn<Readonly<Record<string, unknown>>>(event.detail ?? {}),
    })
    .execute();
};
