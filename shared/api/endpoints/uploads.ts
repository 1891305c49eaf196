import { z } from 'zod';
import { SlideId, UploadId } from '../../ids.ts';
import { defineEndpoints } from '../endpoint.ts';

/** Relative path with forward slashes; the server never uses it as a path on its disk. */
export const UploadPath = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (path) =>
      !path.startsWith('/') &&
      !path.includes('\\') &&
      !path.includes('\0') &&
      path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'not a relative path',
  );

export const UploadFileEntry = z.object({
  path: UploadPath,
  bytes: z
    .number()
    .int()
    .min(1)
    .max(2 ** 43),
  lastModified: z.number().int().min(0),
});

export const UploadState = z.enum(['arriving', 'waiting-for-room', 'finished', 'cancelled']);
export type UploadState = z.infer<typeof UploadState>;

export const Upload = z.object({
  id: UploadId,
  name: z.string(),
  state: UploadState,
  slideId: SlideId.nullable(),
  files: z.array(UploadFileEntry),
  chunkBytes: z.number().int(),
  chunkCount: z.number().int(),
  /** Runs of chunk indices that are durable: [first, afterLast), ascending, merged. */
  received: z.array(z.tuple([z.number().int(), z.number().int()])),
  createdAt: z.iso.datetime(),
});
export type Upload = z.infer<typeof Upload>;

const uploadParams = z.object({ uploadId: UploadId });
const send = { kind: 'action', action: 'upload.send', resource: 'upload' } as const;

export const uploadEndpoints = defineEndpoints({
  'upload.create': {
    method: 'POST',
    path: '/api/uploads',
    summary:
      'Begins an upload, or answers the unfinished one of this account with the same fingerprint. The id is made by the client, so that a repeated request makes nothing twice.',
    access: { kind: 'action', action: 'upload.create', resource: null },
    body: z.object({
      id: UploadId,
      name: z.string().trim().min(1).max(200),
      files: z.array(UploadFileEntry).min(1).max(5000),
      /** SHA-256 (hex) over paths, sizes, dates and the first and last chunk: recognises the same file again. */
      fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    }),
    reply: {
      kind: 'json',
      schema: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('created'), upload: Upload }),
        z.object({ kind: z.literal('resumed'), upload: Upload }),
        /** The hospital already has this very content as a slide. */
        z.object({ kind: z.literal('known'), slideId: SlideId, slideName: z.string() }),
      ]),
    },
  },
  'upload.list': {
    method: 'GET',
    path: '/api/uploads',
    summary: 'Own uploads that are not finished, and those finished in the last day.',
    access: { kind: 'action', action: 'upload.list', resource: null },
    reply: { kind: 'json', schema: z.array(Upload) },
  },
  'upload.get': {
    method: 'GET',
    path: '/api/uploads/:uploadId',
    summary: 'What has arrived.',
    access: send,
    params: uploadParams,
    reply: { kind: 'json', schema: Upload },
  },
  'upload.wanted': {
    method: 'GET',
    path: '/api/wanted-chunks',
    summary:
      'Chunks of own uploads that somebody waits for, most wanted first. With the version of the last answer it is answered when that has changed, or after some seconds.',
    access: { kind: 'action', action: 'upload.send', resource: null },
    query: z.object({ since: z.coerce.number().int().min(0).optional() }),
    reply: {
      kind: 'json',
      schema: z.object({
        version: z.number().int().min(0),
        wanted: z.array(z.object({ uploadId: UploadId, chunks: z.array(z.number().int()) })),
      }),
    },
  },
  'upload.chunk': {
    method: 'PUT',
    path: '/api/uploads/:uploadId/chunks/:index',
    summary:
      'One chunk of the grid, in any order, again if need be. Header Content-Digest: sha-256=:base64: (RFC 9530). Acknowledged when durable.',
    access: send,
    params: z.object({ uploadId: UploadId, index: z.coerce.number().int().min(0) }),
    body: 'bytes',
    maxBodyBytes: 16 << 20,
    reply: { kind: 'json', schema: z.object({ received: z.literal(true), complete: z.boolean() }) },
  },
  'upload.finish': {
    method: 'POST',
    path: '/api/uploads/:uploadId/finish',
    summary:
      'Says that all was sent. contentDigest: SHA-256 (hex) over the concatenated chunk digests in order. The slide is made (once) and opened.',
    access: send,
    params: uploadParams,
    body: z.object({ contentDigest: z.string().regex(/^[0-9a-f]{64}$/) }),
    reply: { kind: 'json', schema: z.object({ slideId: SlideId, alreadyKnown: z.boolean() }) },
  },
  'upload.cancel': {
    method: 'DELETE',
    path: '/api/uploads/:uploadId',
    summary: 'Cancels an upload and removes what had arrived.',
    access: send,
    params: uploadParams,
    reply: { kind: 'empty' },
  },
});
