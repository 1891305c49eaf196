import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriesUidOf, studyUidOf } from '../../shared/interop/dicom/dicom-uid.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { openRealNouns } from '../api/real-nouns.ts';
import { startTestServer, type TestServer } from '../server.ts';
import { type DicomClient, dicomClient, pathOf, told } from './dicom-client.ts';
import { sendAddressed } from './served-over-http.ts';
import { faultsOfValues } from './whole-slide-iod.ts';

let server: TestServer;
let nowMs = Date.now();
let client: DicomClient;
let slides: readonly SlideDetail[];
beforeAll(async () => {
  server = await startTestServer({ nouns: openRealNouns, now: () => nowMs });
  client = dicomClient(await server.withToken(await server.as('pathologist'), 'read'));
  const small = { width: 600, height: 400, levels: [1] } as const;
  const made: SlideDetail[] = [];
  for (const [name, scannedAt] of [
    ['Liver 1 of 3', '2026-03-01T08:00:00'],
    ['Liver 2 of 3', '2026-03-02T08:00:00'],
    ['Kidney_100%', '2026-03-03T08:00:00'],
  ] as const) {
    made.push(await sendAddressed(server, { layout: 'svs', ...small, scannedAt }, name));
  }
  slides = made;
});
afterAll(() => server.dispose());

const namesIn = async (query: string) => {
  const rows = await client.json(`/studies?${query}`);
  return rows.map((row) => (told(row, 'PatientName') as { Alphabetic: string }).Alphabetic);
};

const NEWEST_FIRST = ['Kidney_100%', 'Liver 2 of 3', 'Liver 1 of 3'];

describe('studies', () => {
  test('come newest first, with what PS3.18 table 10.6.3-3 demands', async () => {
    const rows = await client.json('/studies?ModalitiesInStudy=SM');
    expect(rows.map((row) => told(row, 'StudyInstanceUID'))).toEqual(
      slides.map(({ id }) => studyUidOf(id)).toReversed(),
    );
    for (const row of rows) {
      expect(faultsOfValues(row)).toEqual([]);
      expect(told(row, 'NumberOfStudyRelatedSeries')).toBe(1);
      expect(told(row, 'InstanceAvailability')).toBe('ONLINE');
      expect(told(row, 'RetrieveURL')).toContain('/api/interop/dicomweb/studies/2.25.');
    }
  });

  test('come a page at a time', async () => {
    expect(await namesIn('limit=2')).toEqual(NEWEST_FIRST.slice(0, 2));
    expect(await namesIn('limit=2&offset=2')).toEqual(NEWEST_FIRST.slice(2));
    expect(await namesIn('limit=2&offset=4')).toEqual([]);
    expect(await namesIn('limit=0')).toEqual([]);
  });

  test.each([
    ['PatientName=Liver*', 2],
    ['PatientName=liver%20%3F%20of%203', 2],
    ['PatientName=Liver', 0],
    ['PatientName=Liver&fuzzymatching=true', 2],
    ['00100010=*idne*', 1],
    ['PatientName=Kidney_100%25', 1],
    ['PatientName=Kidney%25', 0],
    ['PatientName=*', 3],
    ['PatientName=', 3],
    ['StudyDate=20260302', 1],
    ['StudyDate=20260302-', 2],
    ['StudyDate=-20260301', 1],
    ['StudyDate=20260301-20260303', 3],
    ['ModalitiesInStudy=CT', 0],
    ['ModalitiesInStudy=CT,SM', 3],
    ['ModalitiesInStudy=S%3F', 3],
    ['PatientBirthDate=19680101', 0],
    ['AccessionNumber=A1', 0],
    ['AccessionNumber=', 3],
    ['StudyInstanceUID=1.2.3', 0],
    ['PatientID=not-one', 0],
  ])('%s finds %s', async (query, count) => {
    expect(await namesIn(query)).toHaveLength(count);
  });

  test('are found by their names, several at once', async () => {
    const [first, second] = slides.map(({ id }) => studyUidOf(id));
    expect(await namesIn(`StudyInstanceUID=${first}`)).toEqual(['Liver 1 of 3']);
    expect(await namesIn(`0020000D=${first},${second}`)).toHaveLength(2);
    expect(await namesIn(`StudyInstanceUID=${first}&StudyInstanceUID=${second}`)).toHaveLength(2);
    expect(await namesIn(`PatientID=${slides[2]?.id}`)).toEqual(['Kidney_100%']);
  });

  test('what is not understood is said, and the rest heeded', async () => {
    const reply = await client.get('/studies?PatientName=Liver*&Frobnication=1&StudyTime=1200');
    expect(reply.headers.get('warning')).toBe('299 farscope "not heeded: Frobnication, StudyTime"');
    expect(await reply.json()).toHaveLength(2);
  });

  test.each(['limit=x', 'limit=-1', 'offset=1.5', 'offset=999999999', 'StudyDate=yesterday'])(
    '%s is a bad request',
    async (query) => {
      expect((await client.get(`/studies?${query}`)).status).toBe(400);
    },
  );
});

describe('series and instances', () => {
  test('are found in the ways in which Slim asks', async () => {
    const id = slides[0]?.id;
    if (id === undefined) throw new Error('no slide');
    const [study, series] = [studyUidOf(id), seriesUidOf(id)];
    for (const path of [
      `/series?Modality=SM&StudyInstanceUID=${study}`,
      `/series?SeriesInstanceUID=${series}`,
      `/studies/${study}/series?Modality=SM`,
    ]) {
      const rows = await client.json(path);
      expect(rows.map((row) => told(row, 'SeriesInstanceUID'))).toEqual([series]);
    }
    expect(await client.json(`/series?Modality=ANN&StudyInstanceUID=${study}`)).toEqual([]);
    expect(await client.json(`/studies/${study}/series?SeriesInstanceUID=1.2`)).toEqual([]);
    const everywhere = await client.json('/series?limit=2');
    expect(everywhere).toHaveLength(2);
    expect(told(everywhere[0], 'PatientName')).toBeDefined();
  });

  test('instances tell their size, and more where it is asked for', async () => {
    const id = slides[0]?.id;
    if (id === undefined) throw new Error('no slide');
    const [study, series] = [studyUidOf(id), seriesUidOf(id)];
    const path = `/studies/${study}/series/${series}/instances`;
    const rows = await client.json(path);
    expect(rows.length).toBeGreaterThan(0);
    expect(told(rows[0], 'Rows')).toBeGreaterThan(0);
    expect(told(rows[0], 'ImageOrientationSlide')).toBeUndefined();
    const [more] = await client.json(`${path}?includefield=ImageOrientationSlide,00480106`);
    expect(told(more, 'ImageOrientationSlide')).toBeDefined();
    const [all] = await client.json(`${path}?includefield=all`);
    const [metadata] = await client.json(`${pathOf(all)}/metadata`);
    expect(all).toMatchObject(metadata ?? {});
    const uid = String(told(rows[0], 'SOPInstanceUID'));
    const [one, ...others] = await client.json(
      `/instances?StudyInstanceUID=${study}&SOPInstanceUID=${uid}`,
    );
    expect(others).toEqual([]);
    expect(told(one, 'SOPInstanceUID')).toBe(uid);
    expect(await client.json(`/studies/${study}/instances?offset=1&limit=1`)).toHaveLength(
      rows.length > 1 ? 1 : 0,
    );
    expect((await client.get('/instances')).status).toBe(400);
  });
});

describe('whose slides they are', () => {
  test('another hospital finds nothing, and nothing by name either', async () => {
    const elsewhere = dicomClient(
      await server.withToken(await server.as('pathologist', 'other'), 'read'),
    );
    expect(await elsewhere.json('/studies')).toEqual([]);
    expect(await elsewhere.json('/series')).toEqual([]);
    const id = slides[0]?.id;
    if (id === undefined) throw new Error('no slide');
    const study = studyUidOf(id);
    const [image] = await client.json(`/studies/${study}/metadata`);
    expect(await elsewhere.json(`/studies/${study}/series`)).toEqual([]);
    expect(await elsewhere.json(`/studies/${study}/instances`)).toEqual([]);
    for (const path of [
      `/studies/${study}/metadata`,
      `/studies/${study}/series/${seriesUidOf(id)}/metadata`,
      `${pathOf(image)}/metadata`,
      `${pathOf(image)}/frames/1`,
      `${pathOf(image)}/frames/1/rendered`,
      `${pathOf(image)}/rendered`,
      `${pathOf(image)}/thumbnail`,
      `${pathOf(image)}/bulkdata/00480105.1.00282000`,
    ]) {
      const reply = await elsewhere.get(path);
      expect(reply.status, path).toBe(404);
      expect(await reply.json()).toMatchObject({ code: 'request.not-found' });
    }
  });

  test('a loan opens a slide, and its end closes it at once', async () => {
    const [, , slide] = slides;
    if (slide === undefined) throw new Error('no slide');
    const elsewhere = dicomClient(
      await server.withToken(await server.as('expert', 'other'), 'read'),
    );
    const path = `/studies/${studyUidOf(slide.id)}/metadata`;
    expect((await elsewhere.get(path)).status).toBe(404);
    const owner = await server.as('pathologist');
    const json = { hospitalId: server.hospitals.other, includeLabel: true, expiresAt: null };
    const lent = await owner.fetch(`/api/slides/${slide.id}/shares`, { method: 'POST', json });
    const { id } = (await lent.json()) as { id: string };
    // What was not found is remembered for some seconds.
    nowMs += 10_000;
    const [image] = await elsewhere.json(path);
    expect((await elsewhere.get(`${pathOf(image)}/frames/1`)).status).toBe(200);
    expect(await elsewhere.json('/studies')).toHaveLength(1);
    await owner.fetch(`/api/slides/${slide.id}/shares/${id}`, { method: 'DELETE' });
    expect((await elsewhere.get(`${pathOf(image)}/frames/1`)).status).toBe(404);
    expect(await elsewhere.json('/studies')).toEqual([]);
  });

  test('what was deleted is told no more, and a token to upload sees nothing', async () => {
    const [slide] = slides;
    if (slide === undefined) throw new Error('no slide');
    const path = `/studies/${studyUidOf(slide.id)}/metadata`;
    expect((await client.get(path)).status).toBe(200);
    const technician = await server.as('technician');
    await technician.fetch(`/api/slides/${slide.id}`, { method: 'DELETE' });
    expect((await client.get(path)).status).toBe(404);
    expect(await namesIn('')).toHaveLength(2);
    await technician.fetch(`/api/slides/${slide.id}/restore`, { method: 'POST' });
    const sender = dicomClient(await server.withToken(technician, 'upload'));
    expect((await sender.get('/studies')).status).toBe(403);
    expect((await dicomClient(server.anonymous).get('/studies')).status).toBe(401);
  });
});

test('whatever is asked, the answer is a list or a named refusal', async () => {
  const key = fc.oneof(
    fc.constantFrom('limit', 'offset', 'PatientName', 'StudyDate', 'StudyInstanceUID'),
    fc.constantFrom('SeriesInstanceUID', 'SOPInstanceUID', 'includefield', '00100020', 'Modality'),
    fc.string({ maxLength: 20 }),
  );
  const value = fc.oneof(
    fc.string({ maxLength: 60, unit: 'binary' }),
    fc.constantFrom('*'.repeat(100), "' or 1=1 --", '%', '\\', '2.25.0', '9'.repeat(64), '\u0000'),
  );
  const places = fc.constantFrom('/studies', '/series', '/instances');
  await fc.assert(
    fc.asyncProperty(
      places,
      fc.array(fc.tuple(key, value), { maxLength: 4 }),
      async (place, asked) => {
        const query = new URLSearchParams(asked).toString();
        const reply = await client.get(`${place}?${query}`);
        const body: unknown = await reply.json();
        if (reply.status === 200) expect(Array.isArray(body)).toBe(true);
        else
          expect([reply.status, body]).toEqual([
            400,
            expect.objectContaining({ code: expect.any(String) }),
          ]);
      },
    ),
    { numRuns: 150 },
  );
});
