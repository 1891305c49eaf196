import { z } from 'zod';
import { SlideId } from '../../ids.ts';
import { defineEndpoints } from '../endpoint.ts';

const view = { kind: 'action', action: 'slide.view', resource: 'slide' } as const;
const slide = z.object({ slideId: SlideId });
const segment = z.string().min(1).max(60);

/** Slides for other programs, by standards of theirs. CORS is open here: a token is needed, no cookie counts. */
export const interopEndpoints = defineEndpoints({
  'interop.deepZoom': {
    method: 'GET',
    path: '/api/interop/deepzoom/:slideId/slide.dzi',
    summary: 'A slide as a Deep Zoom image.',
    access: view,
    params: slide,
    reply: { kind: 'text', contentType: 'application/xml' },
  },
  'interop.deepZoomTile': {
    method: 'GET',
    path: '/api/interop/deepzoom/:slideId/slide_files/:level/:tile',
    summary: 'A Deep Zoom tile, named column_row.jpg.',
    access: view,
    params: z.object({
      slideId: SlideId,
      level: z.coerce.number().int().min(0).max(32),
      tile: z.string().regex(/^\d{1,7}_\d{1,7}\.jpg$/),
    }),
    reply: { kind: 'bytes', contentType: 'image/jpeg' },
  },
  'interop.iiif': {
    method: 'GET',
    path: '/api/interop/iiif/:slideId',
    summary: 'The base URI of a IIIF image: leads to its info.json.',
    access: view,
    params: slide,
    reply: { kind: 'text', contentType: 'text/plain' },
  },
  'interop.iiifInfo': {
    method: 'GET',
    path: '/api/interop/iiif/:slideId/info.json',
    summary: 'Image information of IIIF Image API 3.0, level 2.',
    access: view,
    params: slide,
    reply: { kind: 'text', contentType: 'application/ld+json' },
  },
  'interop.iiifImage': {
    method: 'GET',
    path: '/api/interop/iiif/:slideId/:region/:size/:rotation/:file',
    summary: 'A picture by IIIF Image API 3.0; file is quality.format.',
    access: view,
    params: z.object({
      slideId: SlideId,
      region: segment,
      size: segment,
      rotation: segment,
      file: segment,
    }),
    reply: { kind: 'bytes', contentType: 'image/jpeg' },
  },
});
