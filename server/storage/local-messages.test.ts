import { describeMessages } from '../../test/contract/messages.contract.ts';
import { makeLocalMessages } from './local-messages.ts';

describeMessages('one process', async () => {
  const errors: unknown[] = [];
  const only = makeLocalMessages({ onError: (error) => errors.push(error) });
  return { here: only, there: only, errors, dispose: () => only.close() };
});
