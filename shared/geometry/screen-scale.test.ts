import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlausibleMpp, mppFromLine } from './calibration-line.ts';
import {
  formatMagnification,
  MAGNIFICATION_PRESETS,
  magnificationOf,
  objectiveOfMpp,
  scaleAtMagnification,
  scaleAtPreset,
} from './magnification.ts';
import { scaleBarInMicrons, scaleBarInPixels } from './scale-bar.ts';
import { microns, slidePoint } from './spaces.ts';

const forty = { x: 0.25, y: 0.25 };

describe('magnification', () => {
  it('is 40x when one CSS pixel is 0.25 µm, and 10x when it is 1 µm', () => {
    expect(magnificationOf(forty, 1)).toBe(40);
    expect(magnificationOf(forty, 4)).toBe(10);
    expect(objectiveOfMpp({ x: 0.5, y: 0.5 })).toBe(20);
  });

  it('leads to the scale that has it', () => {
    for (const preset of MAGNIFICATION_PRESETS) {
      expect(magnificationOf(forty, scaleAtMagnification(forty, preset))).toBeCloseTo(preset, 12);
    }
  });

  it('without mpp is not claimed: the presets are shares of full resolution', () => {
    expect(scaleAtPreset(null, 40)).toBe(1);
    expect(scaleAtPreset(null, 10)).toBe(4);
  });

  it.each([
    [1.25, '1.25'],
    [20, '20'],
    [13.3333, '13.3'],
    [0.5128, '0.513'],
    [163.2, '163'],
  ])('%d is written %s', (value, text) => {
    expect(formatMagnification(value)).toBe(text);
  });
});

describe('the scale bar', () => {
  it('is the longest 1-2-5 step that fits', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.005, max: 500, noNaN: true }), (scale) => {
        const bar = scaleBarInMicrons(microns(scale), 160);
        expect(bar.widthPx).toBeLessThanOrEqual(160.001);
        expect(bar.widthPx).toBeGreaterThan(160 / 2.5 - 0.001);
        expect([1, 2, 5]).toContain(Number(bar.length.toPrecision(1).replace(/0+$|0\.0*/g, '')[0]));
        const inMicrons = bar.length * { nm: 0.001, µm: 1, mm: 1000, px: Number.NaN }[bar.unit];
        expect(bar.widthPx * scale).toBeCloseTo(inMicrons, 9);
      }),
    );
  });

  it('goes over to millimetres at 1000 µm and to nanometres below 1 µm', () => {
    expect(scaleBarInMicrons(microns(10), 100)).toMatchObject({
      length: 1,
      unit: 'mm',
      widthPx: 100,
    });
    expect(scaleBarInMicrons(microns(0.25), 160)).toMatchObject({ length: 20, unit: 'µm' });
    expect(scaleBarInMicrons(microns(0.005), 160)).toMatchObject({ length: 500, unit: 'nm' });
  });

  it('of an uncalibrated slide is in pixels', () => {
    expect(scaleBarInPixels(4, 160)).toMatchObject({ length: 500, unit: 'px', widthPx: 125 });
  });
});

describe('calibration by a line', () => {
  it('divides the known length by the pixels', () => {
    expect(mppFromLine(slidePoint(0, 0), slidePoint(300, 400), microns(125))).toEqual(forty);
  });

  it('needs a line and a length', () => {
    expect(mppFromLine(slidePoint(5, 5), slidePoint(5, 5), microns(100))).toBeNull();
    expect(mppFromLine(slidePoint(0, 0), slidePoint(9, 0), microns(0))).toBeNull();
  });

  it('knows what no slide scanner makes', () => {
    expect(isPlausibleMpp(0.25)).toBe(true);
    expect(isPlausibleMpp(250)).toBe(false);
  });
});
