import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAddressedSlide, type AddressedSlideOptions } from '../../fixtures/addressed-slide.ts';
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

export async function serveAddressedSlide(options: AddressedSlideOptions): Promise<ServedOverHttp> {
  const server = await startTestServer({ nouns: openRealNouns });
  const path = join(server.dataDir, 'sent.svs');
  writeAddressedSlide(path, options);
  const technician = await server.as('technician');
  const upload = localUpload('sent.svs', [await readFile(path)]);
  await speak.create(technician.fetch, upload);
  for (let index = 0; index < upload.count; index += 1) {
    await speak.chunk(technician.fetch, upload, index);
  }
  const { body } = await speak.finish(technician.fetch, upload);
  const reader = await server.as('pathologist');
  const program = await server.withToken(reader, 'read');
  const reply = await reader.fetch(`/api/slides/${String(body['slideId'])}`);
  return { server, slide: (await reply.json()) as SlideDetail, program };
}
