import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { APIRequestContext } from '@playwright/test';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { contentDigest } from '../../shared/upload/content-digest.ts';

const OWN_PAGE = { 'X-Farscope': '1' };

async function expectOk(reply: Awaited<ReturnType<APIRequestContext['get']>>): Promise<unknown> {
  if (!reply.ok()) throw new Error(`${reply.url()}: ${reply.status()} ${await reply.text()}`);
  return reply.json();
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

async function sendChunks(
  api: APIRequestContext,
  upload: { readonly id: string; readonly chunkBytes: number },
  bytes: Buffer,
): Promise<string> {
  const digests: Buffer[] = [];
  for (let index = 0; index * upload.chunkBytes < bytes.length; index += 1) {
    const at = index * upload.chunkBytes;
    const chunk = bytes.subarray(at, at + upload.chunkBytes);
    digests.push(sha256(chunk));
    const reply = await api.put(`/api/uploads/${upload.id}/chunks/${index}`, {
      headers: {
        ...OWN_PAGE,
        'Content-Type': 'application/octet-stream',
        'Content-Digest': `sha-256=:${sha256(chunk).toString('base64')}:`,
      },
      data: chunk,
    });
    await expectOk(reply);
  }
  return contentDigest(digests);
}

/** Uploads a file as the pages do, chunk by chunk, and waits until the slide can be read. */
export async function sendSlide(
  api: APIRequestContext,
  path: string,
  name: string,
): Promise<SlideDetail> {
  const bytes = await readFile(path);
  const id = randomUUID();
  const begun = (await expectOk(
    await api.post('/api/uploads', {
      headers: OWN_PAGE,
      data: {
        id,
        name,
        files: [{ path: basename(path), bytes: bytes.length, lastModified: 0 }],
        fingerprint: sha256(bytes).toString('hex'),
      },
    }),
  )) as { slideId: string } | { upload: { id: string; chunkBytes: number } };
  if ('slideId' in begun) return untilReadable(api, begun.slideId);
  const digest = await sendChunks(api, begun.upload, bytes);
  const finished = (await expectOk(
    await api.post(`/api/uploads/${id}/finish`, {
      headers: OWN_PAGE,
      data: { contentDigest: digest },
    }),
  )) as { slideId: string };
  return untilReadable(api, finished.slideId);
}

async function untilReadable(api: APIRequestContext, slideId: string): Promise<SlideDetail> {
  for (let attempt = 0; attempt < 240; attempt += 1) {
    const slide = (await expectOk(await api.get(`/api/slides/${slideId}`))) as SlideDetail;
    if (slide.status.kind === 'ready') return slide;
    if (slide.status.kind === 'failed') throw new Error(`${slide.name}: ${slide.status.code}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`slide ${slideId} did not become ready within a minute`);
}
