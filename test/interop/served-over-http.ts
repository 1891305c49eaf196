import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AddressedSlideOptions,
  LAYOUTS,
  writeAddressedSlide,
} from '../../fixtures/addressed-slide.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { openRealNouns } from '../api/real-nouns.ts';
import { startTestServer, type TestProgram, type TestServer } from '../server.ts';
import { localUpload, speak } from '../uploads/upload-client.ts';

/** A server with one slide whose tiles carry their own address, and a program that may view it. */
export interface ServedOverHttp {
  readonly server: TestServer;
  readonly slide: SlideDetail;
  readonly program: TestProgram;
}

/** Sends files as the technician of the own hospital does, and waits for the slide. */
export async function sendFiles(
  server: TestServer,
  name: string,
  paths: readonly string[],
): Promise<SlideDetail> {
  const technician = await server.as('technician');
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  const upload = localUpload(name, contents);
  await speak.create(technician.fetch, upload);
  for (let index = 0; index < upload.count; index += 1) {
    await speak.chunk(technician.fetch, upload, index);
  }
  const { body } = await speak.finish(technician.fetch, upload);
  const reply = await technician.fetch(`/api/slides/${String(body['slideId'])}`);
  return (await reply.json()) as SlideDetail;
}

/** Writes a slide of addressed tiles and sends it. */
export async function sendAddressed(
  server: TestServer,
  options: AddressedSlideOptions,
  name = `sent.${options.layout}`,
): Promise<SlideDetail> {
  const place = join(server.dataDir, randomUUID());
  const isFolder = LAYOUTS[options.layout].extension === '';
  const { paths } = writeAddressedSlide(isFolder ? place : `${place}.slide`, options);
  return await sendFiles(server, name, paths);
}

export async function serveAddressedSlide(options: AddressedSlideOptions): Promise<ServedOverHttp> {
  const server = await startTestServer({ nouns: openRealNouns });
  const slide = await sendAddressed(server, options);
  const program = await server.withToken(await server.as('pathologist'), 'read');
  return { server, slide, program };
}
