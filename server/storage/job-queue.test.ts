import { describeJobQueue } from '../../test/contract/job-queue.contract.ts';
import { createTestDatabase } from '../../test/database.ts';

describeJobQueue('embedded PostgreSQL', createTestDatabase);
