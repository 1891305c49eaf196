import type { PlanOrder } from './upload-needs.ts';

/** One plan after the other, whichever of them fails: the first is there the sooner. */
export function planInTurn(plan: PlanOrder): PlanOrder {
  let before = Promise.resolve();
  return async (files, chunkBytes, onOrder) => {
    let end: () => void = () => undefined;
    const mine = before;
    before = new Promise((resolve) => {
      end = resolve;
    });
    await mine;
    try {
      await plan(files, chunkBytes, onOrder);
    } finally {
      end();
    }
  };
}
