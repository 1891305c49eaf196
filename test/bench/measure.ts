/** The middle of what was measured: one disturbed round does not move it. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** @param share from 0 to 1 */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** A fixed order that looks random: the same in every run. */
export function shuffled<Item>(items: readonly Item[], seed = 1): Item[] {
  const out = [...items];
  let state = seed >>> 0;
  for (let i = out.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = state % (i + 1);
    const kept = out[i] as Item; // i < length
    out[i] = out[j] as Item;
    out[j] = kept;
  }
  return out;
}

export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  if (Number.isInteger(value)) return String(value);
  if (value >= 10) return value.toFixed(value >= 100 ? 0 : 1);
  return value.toFixed(value >= 0.1 ? 2 : 3);
}
