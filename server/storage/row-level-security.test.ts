import { describeRowLevelSecurity } from '../../test/contract/row-level-security.contract.ts';
import { createTestDatabase } from '../../test/database.ts';

describeRowLevelSecurity('embedded PostgreSQL', createTestDatabase);
