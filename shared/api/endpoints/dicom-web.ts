import { z } from 'zod';
import { SearchQuery } from '../../interop/dicom/search-schema.ts';
import { UID_PATTERN } from '../../slide-format/dicom/uid-pattern.ts';
import { defineEndpoints } from '../endpoint.ts';

/**
 * A study is no id of ours: the handler finds the slides that the caller may see in it, and asks can() about each.
 * Unknown and invisible are the same answer there too.
 */
const list = { kind: 'action', action: 'slide.list', resource: null } as const;
const view = { kind: 'action', action: 'slide.view', resource: null } as const;

const ROOT = '/api/interop/dicomweb';
const STUDY = `${ROOT}/studies/:study`;
const SERIES = `${STUDY}/series/:series`;
const INSTANCE = `${SERIES}/instances/:instance`;

const uid = z.string().regex(UID_PATTERN);
const study = z.object({ study: uid });
const series = z.object({ study: uid, series: uid });
const instance = z.object({ study: uid, series: uid, instance: uid });
/** Numbers from 1 with commas between. */
const frames = instance.extend({ frames: z.string().min(1).max(1_000) });
/** Tags and item numbers with points between. */
const bulk = instance.extend({
  element: z.string().regex(/^[0-9A-F]{8}(?:\.[1-9]\d{0,3}\.[0-9A-F]{8}){0,8}$/),
});
/** Size in which a picture is wanted, width and height: it keeps its proportions. */
const sizes = z.object({
  viewport: z
    .string()
    .regex(/^[1-9]\d{0,4},[1-9]\d{0,4}$/)
    .optional(),
});

const json = { kind: 'text', contentType: 'application/dicom+json' } as const;
const parts = { kind: 'bytes', contentType: 'multipart/related' } as const;
const picture = { kind: 'bytes', contentType: 'image/jpeg' } as const;

/** DICOMweb (PS3.18): searching by QIDO-RS, metadata, frames, bulk data and pictures by WADO-RS. */
export const dicomWebEndpoints = defineEndpoints({
  'interop.dicomStudies': {
    method: 'GET',
    path: `${ROOT}/studies`,
    summary: 'Studies that the caller may see, newest first (QIDO-RS).',
    access: list,
    query: SearchQuery,
    reply: json,
  },
  'interop.dicomAllSeries': {
    method: 'GET',
    path: `${ROOT}/series`,
    summary: 'Series that the caller may see, newest first (QIDO-RS).',
    access: list,
    query: SearchQuery,
    reply: json,
  },
  'interop.dicomAllInstances': {
    method: 'GET',
    path: `${ROOT}/instances`,
    summary: 'Instances of a study or series that is named in the query (QIDO-RS).',
    access: list,
    query: SearchQuery,
    reply: json,
  },
  'interop.dicomStudySeries': {
    method: 'GET',
    path: `${STUDY}/series`,
    summary: 'Series of a study (QIDO-RS).',
    access: list,
    params: study,
    query: SearchQuery,
    reply: json,
  },
  'interop.dicomStudyInstances': {
    method: 'GET',
    path: `${STUDY}/instances`,
    summary: 'Instances of a study (QIDO-RS).',
    access: list,
    params: study,
    query: SearchQuery,
    reply: json,
  },
  'interop.dicomSeriesInstances': {
    method: 'GET',
    path: `${SERIES}/instances`,
    summary: 'Instances of a series (QIDO-RS).',
    access: list,
    params: series,
    query: SearchQuery,
    reply: json,
  },
  'interop.dicomStudyMetadata': {
    method: 'GET',
    path: `${STUDY}/metadata`,
    summary: 'Attributes of all instances of a study (WADO-RS).',
    access: view,
    params: study,
    reply: json,
  },
  'interop.dicomSeriesMetadata': {
    method: 'GET',
    path: `${SERIES}/metadata`,
    summary: 'Attributes of all instances of a series (WADO-RS).',
    access: view,
    params: series,
    reply: json,
  },
  'interop.dicomMetadata': {
    method: 'GET',
    path: `${INSTANCE}/metadata`,
    summary: 'Attributes of an instance (WADO-RS).',
    access: view,
    params: instance,
    reply: json,
  },
  'interop.dicomFrames': {
    method: 'GET',
    path: `${INSTANCE}/frames/:frames`,
    summary: 'Frames of an instance, as stored or uncompressed (WADO-RS).',
    access: view,
    params: frames,
    reply: parts,
  },
  'interop.dicomBulk': {
    method: 'GET',
    path: `${INSTANCE}/bulkdata/:element`,
    summary: 'A long value, such as the ICC profile (WADO-RS).',
    access: view,
    params: bulk,
    reply: parts,
  },
  'interop.dicomRendered': {
    method: 'GET',
    path: `${INSTANCE}/rendered`,
    summary: 'An instance as a picture for the screen (WADO-RS).',
    access: view,
    params: instance,
    query: sizes,
    reply: picture,
  },
  'interop.dicomThumbnail': {
    method: 'GET',
    path: `${INSTANCE}/thumbnail`,
    summary: 'An instance as a small picture (WADO-RS).',
    access: view,
    params: instance,
    query: sizes,
    reply: picture,
  },
  'interop.dicomFrameRendered': {
    method: 'GET',
    path: `${INSTANCE}/frames/:frames/rendered`,
    summary: 'A frame as a picture for the screen (WADO-RS).',
    access: view,
    params: frames,
    query: sizes,
    reply: picture,
  },
});
