import { expect, it } from 'vitest';
import { slidePoint } from '../../shared/geometry/spaces.ts';
import { SlideId } from '../../shared/ids.ts';
import { beginCalibration, markEnd } from './workstation-calibration.ts';

it('two marks make a line, and what was typed before is still there', () => {
  const begun = beginCalibration('a', SlideId.parse('0190f7a0-0000-7000-8000-000000000001'));
  if (begun.kind !== 'form') throw new Error('a calibration begins with its form');
  const draft = { ...begun.draft, method: 'line', reason: 'ruler on the glass' } as const;
  const first = markEnd({ kind: 'drawing', draft, from: null }, slidePoint(1, 2));
  expect(first.kind).toBe('drawing');
  const done = markEnd(first, slidePoint(4, 6));
  expect(done).toEqual({
    kind: 'form',
    draft: { ...draft, line: { from: slidePoint(1, 2), to: slidePoint(4, 6) } },
  });
  expect(markEnd(done, slidePoint(9, 9))).toBe(done);
});
