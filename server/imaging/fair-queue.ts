/** Waiting work in lanes, one for each who asks; every lane in turn gives its first. */
export interface FairQueue<Item> {
  push(lane: string, item: Item): void;
  take(): Item | undefined;
  size(): number;
  sizeOf(lane: string): number;
  /** Empties it. */
  drain(): Item[];
}

/** Who asks for much waits behind himself: another's first item comes after at most one of each lane. */
export function createFairQueue<Item>(): FairQueue<Item> {
  // A Map keeps the order of insertion: a lane that has given goes to the end.
  const lanes = new Map<string, Item[]>();
  let size = 0;
  return {
    push: (lane, item) => {
      const items = lanes.get(lane);
      if (items === undefined) lanes.set(lane, [item]);
      else items.push(item);
      size++;
    },
    take: () => {
      for (const [lane, items] of lanes) {
        const item = items.shift();
        lanes.delete(lane);
        if (items.length > 0) lanes.set(lane, items);
        if (item === undefined) continue;
        size--;
        return item;
      }
      return undefined;
    },
    size: () => size,
    sizeOf: (lane) => lanes.get(lane)?.length ?? 0,
    drain: () => {
      const items = [...lanes.values()].flat();
      lanes.clear();
      size = 0;
      return items;
    },
  };
}
