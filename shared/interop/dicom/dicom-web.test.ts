import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SlideId } from '../../ids.ts';
import { admits, chooseSending, UNCOMPRESSED } from './accept-frames.ts';
import { dicomJson, dicomJsonText, textValue } from './dicom-json.ts';
import {
  derivedUid,
  seriesUidOf,
  slideOfStudyUid,
  slidesOfSeriesUid,
  studyUidOf,
} from './dicom-uid.ts';
import { parseSearch } from './search-query.ts';
import { SearchQuery } from './search-schema.ts';

const JPEG = '1.2.840.10008.1.2.4.50';

describe('UIDs of slides', () => {
  const id = fc.uuid({ version: [4, 7] }).map((text) => SlideId.parse(text));

  test('lead back to the slide, and differ from one another', () => {
    fc.assert(
      fc.property(id, (slide) => {
        const [study, series] = [studyUidOf(slide), seriesUidOf(slide)];
        expect(slideOfStudyUid(study)).toEqual([slide]);
        expect(slidesOfSeriesUid(series)).toContain(slide);
        expect(new Set([study, series, derivedUid(slide, 'a'), derivedUid(slide, 'b')]).size).toBe(
          4,
        );
        for (const uid of [study, series, derivedUid(slide, 'a')]) {
          expect(uid).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
        }
      }),
    );
  });

  test('others lead nowhere', () => {
    for (const uid of ['', '2.25.', '2.25.01', '1.2.3', `2.25.${'9'.repeat(39)}`, '2.25.1']) {
      expect(slideOfStudyUid(uid)).toEqual([]);
      expect(slidesOfSeriesUid(uid)).toEqual([]);
    }
  });
});

describe('how frames are sent', () => {
  test.each([
    [undefined, true, true, 'image/jpeg'],
    ['*/*', true, true, 'image/jpeg'],
    ['image/*', true, false, 'image/jpeg'],
    ['multipart/related', true, true, 'image/jpeg'],
    [
      'multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.50',
      true,
      true,
      'image/jpeg',
    ],
    [
      'multipart/related; type="application/octet-stream"; transfer-syntax=*',
      true,
      true,
      'application/octet-stream',
    ],
    ['multipart/related; type=application/octet-stream', false, true, 'application/octet-stream'],
    ['application/octet-stream', false, false, 'application/octet-stream'],
    ['image/jp2, image/jpeg;q=0.5', true, false, 'image/jpeg'],
    ['application/octet-stream;q=0.2, image/jpeg', true, false, 'image/jpeg'],
  ])('%s', (accept, stored, multipart, type) => {
    const sending = chooseSending(accept, JPEG, true);
    expect(sending).toMatchObject({ stored, multipart });
    expect(sending.contentType).toBe(`${type}; transfer-syntax=${stored ? JPEG : UNCOMPRESSED}`);
  });

  test('whatever the header says, it is chosen or refused by name', () => {
    const piece = fc.constantFrom(
      'multipart/related',
      'image/jpeg',
      ';',
      ',',
      '"',
      'type=',
      'q=',
      '*',
      '=',
    );
    const header = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(header, fc.boolean(), (accept, single) => {
        admits(accept, 'image/jpeg');
        try {
          chooseSending(accept, JPEG, single);
        } catch (error) {
          expect(error).toMatchObject({ code: 'interop.not-acceptable' });
        }
      }),
    );
  });
});

test('attributes stand in the order of their tags, in items of sequences too', () => {
  const inner = dicomJson({
    SliceThickness: 1,
    SharedFunctionalGroupsSequence: null,
    CodeValue: 'x',
  });
  const text = dicomJsonText(
    dicomJson({ PresentationLUTShape: 'IDENTITY', PatientName: 'A', OpticalPathSequence: [inner] }),
  );
  const tags = [...text.matchAll(/"([0-9A-F]{8})"/g)].map(([, tag]) => tag);
  expect(tags).toEqual(['00100010', '00480105', '00080100', '00180050', '52009229', '20500020']);
  expect(JSON.parse(text)).toMatchObject({
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'A' }] },
  });
});

test('a text loses what separates, and what does not fit', () => {
  expect(textValue('A\\B^C=D\u0000E')).toBe('A B C D E');
  expect(textValue('肝'.repeat(80))).toBe('肝'.repeat(64));
});

test('asterisks without end are matched in time', () => {
  const Modality = '*S'.repeat(1_000);
  const { search } = parseSearch(SearchQuery.parse({ Modality }));
  expect(search.impossible).toBe(true);
});
