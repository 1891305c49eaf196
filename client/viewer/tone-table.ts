/** What a reader changes about the picture, not about the slide. Neutral is 1 for each. */
export interface ToneAdjustment {
  readonly brightness: number;
  readonly contrast: number;
  readonly gamma: number;
}

export const NEUTRAL_TONE: ToneAdjustment = { brightness: 1, contrast: 1, gamma: 1 };

export const TONE_LIMITS = {
  brightness: { least: 0.5, most: 1.5 },
  contrast: { least: 0.5, most: 2 },
  gamma: { least: 0.4, most: 2.5 },
} as const;

export function isNeutral(tone: ToneAdjustment): boolean {
  return tone.brightness === 1 && tone.contrast === 1 && tone.gamma === 1;
}

function clampUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/**
 * One table for all three, so that the browser filters once and not three times: output for inputs 0, 1/255,
 * … 1 (SVG feFuncR type="table"). Brightness multiplies, contrast turns about middle grey, gamma above 1
 * lightens the middle tones.
 */
export function toneTable(tone: ToneAdjustment): readonly number[] {
  return Array.from({ length: 256 }, (_unused, index) => {
    const bright = clampUnit((index / 255) * tone.brightness);
    const contrasted = clampUnit((bright - 0.5) * tone.contrast + 0.5);
    return contrasted ** (1 / tone.gamma);
  });
}
