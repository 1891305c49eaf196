import { describe, expect, it } from 'vitest';
import { isNeutral, NEUTRAL_TONE, toneTable } from './tone-table.ts';

describe('the tone table', () => {
  it('changes nothing when neutral', () => {
    expect(isNeutral(NEUTRAL_TONE)).toBe(true);
    toneTable(NEUTRAL_TONE).forEach((value, index) => expect(value).toBeCloseTo(index / 255, 12));
  });

  it('keeps middle grey under contrast and white under gamma', () => {
    expect(toneTable({ ...NEUTRAL_TONE, contrast: 2 })[127]).toBeCloseTo(0.496, 2);
    expect(toneTable({ ...NEUTRAL_TONE, gamma: 2.2 }).at(-1)).toBe(1);
    expect(toneTable({ ...NEUTRAL_TONE, gamma: 2 })[64]).toBeCloseTo(Math.sqrt(64 / 255), 9);
  });

  it('never leaves the range and never reverses tones', () => {
    const values = toneTable({ brightness: 1.5, contrast: 2, gamma: 0.4 });
    values.forEach((value, index) => {
      expect(value).toBeGreaterThanOrEqual(values[index - 1] ?? 0);
      expect(value).toBeLessThanOrEqual(1);
    });
  });
});
