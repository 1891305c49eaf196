import { z } from 'zod';
import { HospitalId, ShareId, SlideId } from '../../ids.ts';
import { AssociatedKind, Calibration, Mpp, SlideDetail, SlideSummary } from '../../slide/slide.ts';
import { TileParams, TileQuality } from '../../slide/tile-address.ts';
import { TILE_FRAMES_TYPE, TileList } from '../../slide/tile-list.ts';
import { defineEndpoints } from '../endpoint.ts';
import { LINES_TYPE } from './uploads.ts';

const slideParams = z.object({ slideId: SlideId });

export const Share = z.object({
  id: ShareId,
  hospitalId: HospitalId,
  hospitalNameZh: z.string(),
  hospitalNameEn: z.string(),
  includeLabel: z.boolean(),
  grantedByName: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type Share = z.infer<typeof Share>;

/** How much of an arriving slide is there. */
export const ArrivalLine = z.object({
  chunkCount: z.number().int().min(1),
  /** Merged runs of chunks, in the order of the file: [first, afterLast). */
  received: z.array(z.tuple([z.number().int(), z.number().int()])),
  /** It can be looked at: its directory is there. */
  isOpen: z.boolean(),
  /** It is not arriving any more. */
  isOver: z.boolean(),
});
export type ArrivalLine = z.infer<typeof ArrivalLine>;

const view = { kind: 'action', action: 'slide.view', resource: 'slide' } as const;

export const slideEndpoints = defineEndpoints({
  'slide.list': {
    method: 'GET',
    path: '/api/slides',
    summary: 'Slides that the caller may see, newest first, a page at a time.',
    access: { kind: 'action', action: 'slide.list', resource: null },
    query: z.object({
      search: z.string().max(100).optional(),
      deleted: z.enum(['true', 'false']).optional(),
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(60),
    }),
    reply: {
      kind: 'json',
      schema: z.object({ slides: z.array(SlideSummary), nextCursor: z.string().nullable() }),
    },
  },
  'slide.get': {
    method: 'GET',
    path: '/api/slides/:slideId',
    summary: 'One slide with its pyramid and properties.',
    access: view,
    params: slideParams,
    reply: { kind: 'json', schema: SlideDetail },
  },
  'slide.update': {
    method: 'PATCH',
    path: '/api/slides/:slideId',
    summary: 'Renames a slide, sets its stain or note.',
    access: { kind: 'action', action: 'slide.edit', resource: 'slide' },
    params: slideParams,
    body: z.object({
      name: z.string().trim().min(1).max(200).optional(),
      stain: z.string().trim().max(60).nullable().optional(),
      note: z.string().trim().max(2000).nullable().optional(),
    }),
    reply: { kind: 'json', schema: SlideDetail },
  },
  'slide.delete': {
    method: 'DELETE',
    path: '/api/slides/:slideId',
    summary: 'Puts a slide aside; it can be restored.',
    access: { kind: 'action', action: 'slide.delete', resource: 'slide' },
    params: slideParams,
    reply: { kind: 'empty' },
  },
  'slide.restore': {
    method: 'POST',
    path: '/api/slides/:slideId/restore',
    summary: 'Takes back a deletion.',
    access: { kind: 'action', action: 'slide.delete', resource: 'slide' },
    params: slideParams,
    reply: { kind: 'json', schema: SlideDetail },
  },
  'slide.retry': {
    method: 'POST',
    path: '/api/slides/:slideId/retry',
    summary: 'Opens the kept original again after a failure.',
    access: { kind: 'action', action: 'slide.edit', resource: 'slide' },
    params: slideParams,
    reply: { kind: 'json', schema: SlideDetail },
  },
  'slide.calibrate': {
    method: 'PUT',
    path: '/api/slides/:slideId/calibration',
    summary: 'Sets the mpp by a person, with the reason; recorded.',
    access: { kind: 'action', action: 'slide.calibrate', resource: 'slide' },
    params: slideParams,
    body: z.object({ mpp: Mpp, reason: z.string().trim().min(3).max(500) }),
    reply: { kind: 'json', schema: SlideDetail },
  },
  'slide.calibrations': {
    method: 'GET',
    path: '/api/slides/:slideId/calibrations',
    summary: 'Who set the mpp, when and why, newest first.',
    access: view,
    params: slideParams,
    reply: { kind: 'json', schema: z.array(Calibration) },
  },
  'slide.tile': {
    method: 'GET',
    path: '/api/slides/:slideId/tiles/:revision/:level/:column/:row',
    summary: 'One tile as image bytes.',
    access: view,
    params: TileParams,
    query: z.object({ quality: TileQuality.default('full') }),
    reply: { kind: 'bytes', contentType: 'image/jpeg' },
  },
  'slide.coverage': {
    method: 'GET',
    path: '/api/slides/:slideId/coverage',
    summary:
      'Which chunks of an arriving slide are there, as merged runs in the order of the file.',
    access: view,
    params: slideParams,
    reply: {
      kind: 'json',
      schema: z.object({
        chunkCount: z.number().int().min(1),
        received: z.array(z.tuple([z.number().int(), z.number().int()])),
      }),
    },
  },
  'slide.arrivals': {
    method: 'GET',
    path: '/api/slides/:slideId/arrivals',
    summary:
      'What is there of an arriving slide: a line of JSON now, and one whenever more is, until all is, or for two minutes. See ArrivalLine.',
    access: view,
    params: slideParams,
    reply: { kind: 'stream', contentType: LINES_TYPE },
  },
  'slide.tiles': {
    method: 'GET',
    path: '/api/slides/:slideId/tiles/:revision',
    summary:
      'Several tiles in one reply, each as soon as it is read; a tile that fails is a value among them.',
    access: view,
    params: TileParams.pick({ slideId: true, revision: true }),
    query: z.object({ tiles: TileList, quality: TileQuality.default('full') }),
    reply: { kind: 'stream', contentType: TILE_FRAMES_TYPE },
  },
  'slide.thumbnail': {
    method: 'GET',
    path: '/api/slides/:slideId/thumbnail/:revision',
    summary:
      'The whole slide in at most 512 px, composed from its coarsest level (never the label).',
    access: view,
    params: z.object({ slideId: SlideId, revision: z.coerce.number().int().min(0) }),
    reply: { kind: 'bytes', contentType: 'image/jpeg' },
  },
  'slide.associated': {
    method: 'GET',
    path: '/api/slides/:slideId/associated/:kind',
    summary: 'Label, macro or the scanner’s thumbnail. Patient data.',
    access: { kind: 'action', action: 'slide.label', resource: 'slide' },
    params: z.object({ slideId: SlideId, kind: AssociatedKind }),
    reply: { kind: 'bytes', contentType: 'image/jpeg' },
  },
  'slide.shares': {
    method: 'GET',
    path: '/api/slides/:slideId/shares',
    summary: 'To whom the slide is lent.',
    access: { kind: 'action', action: 'slide.share', resource: 'slide' },
    params: slideParams,
    reply: { kind: 'json', schema: z.array(Share) },
  },
  'slide.share': {
    method: 'POST',
    path: '/api/slides/:slideId/shares',
    summary: 'Lends the slide to another hospital, read-only, for a time.',
    access: { kind: 'action', action: 'slide.share', resource: 'slide' },
    params: slideParams,
    body: z.object({
      hospitalId: HospitalId,
      includeLabel: z.boolean(),
      expiresAt: z.iso.datetime().nullable(),
    }),
    reply: { kind: 'json', schema: Share },
  },
  'slide.unshare': {
    method: 'DELETE',
    path: '/api/slides/:slideId/shares/:shareId',
    summary: 'Ends a share at once.',
    access: { kind: 'action', action: 'slide.share', resource: 'slide' },
    params: z.object({ slideId: SlideId, shareId: ShareId }),
    reply: { kind: 'empty' },
  },
});
