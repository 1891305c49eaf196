interface Queued {
  readonly wish: { readonly path: string; readonly urgency: () => number };
}

/** The first `count` by urgency, the most urgent first; of equals, who came first. Each path once. */
export function takeMostUrgent<Item extends Queued>(
  waiting: readonly Item[],
  count: number,
): readonly Item[] {
  const ranked = waiting
    .map((item) => ({ item, urgency: item.wish.urgency() }))
    .toSorted((a, b) => a.urgency - b.urgency);
  const paths = new Set<string>();
  const taken: Item[] = [];
  for (const { item } of ranked) {
    if (taken.length === count) break;
    if (paths.has(item.wish.path)) continue;
    paths.add(item.wish.path);
    taken.push(item);
  }
  return taken;
}

/**
 * Deals ranked items out like cards, so that the most urgent ones travel first in each group. What may not
 * travel with any of the groups is left out, and waits for the next time.
 */
export function dealOut<Item>(
  ranked: readonly Item[],
  groupCount: number,
  mostEach: number,
  keyOf: (item: Item) => string,
): readonly (readonly Item[])[] {
  const share = Math.min(mostEach, Math.ceil(ranked.length / Math.max(1, groupCount)));
  const groups: { readonly key: string; readonly items: Item[] }[] = [];
  const roomFor = (key: string) =>
    groups
      .filter((group) => group.key === key && group.items.length < share)
      .toSorted((a, b) => a.items.length - b.items.length)[0];
  for (const item of ranked) {
    const key = keyOf(item);
    if (groups.length < groupCount) groups.push({ key, items: [item] });
    else roomFor(key)?.items.push(item);
  }
  return groups.map((group) => group.items);
}
