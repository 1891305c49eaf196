/**
 * One order from what several readers wait for: each reader's first, then each one's second, and so on, so
 * that nobody waits behind another's long list. Every chunk once.
 * @param readers chunk indices of each reader, the most wanted first
 */
export function shareFairly(readers: readonly (readonly number[])[]): number[] {
  const order = new Set<number>();
  const longest = Math.max(0, ...readers.map(({ length }) => length));
  for (let turn = 0; turn < longest; turn += 1) {
    for (const wishes of readers) {
      const chunk = wishes[turn];
      if (chunk !== undefined) order.add(chunk);
    }
  }
  return [...order];
}
