import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import { CHUNK_BYTES } from '../../shared/upload/chunk-grid.ts';
import { startTestServer, type TestCaller, type TestServer } from '../server.ts';
import {
  countAcknowledged,
  isKind,
  localSlide,
  memoryRecords,
  startEngine,
  switchableNetwork,
  until,
} from './engine-harness.ts';
import { seededBytes, speak } from './upload-client.ts';
import { makeUploadNouns } from './upload-nouns.ts';

let server: TestServer;
let technician: TestCaller;
let freeBytes = Number.MAX_SAFE_INTEGER;
let seed = 100;

beforeAll(async () => {
  server = await startTestServer({
    nouns: (foundation) =>
      makeUploadNouns(foundation, { freeBytes: () => Promise.resolve(freeBytes) }),
  });
  technician = await server.as('technician');
});

afterAll(() => server.dispose());

const newBytes = (length: number): Uint8Array => seededBytes((seed += 1), length);
const newSlide = (name: string, chunks = 3) =>
  localSlide(name, [newBytes((chunks - 1) * CHUNK_BYTES + 99)]);

type Fault = 'none' | 'cut' | 'lose-answer' | 'busy' | 'damage';

/** The line between engine and server, which does to each request what the test says. */
function lineWith(faultOf: (url: string, init: RequestInit) => Fault = () => 'none') {
  const acknowledged = countAcknowledged();
  const sent: string[] = [];
  const fetchThrough = async (url: string, init: RequestInit): Promise<Response> => {
    const fault = faultOf(url, init);
    sent.push(`${init.method} ${url}`);
    if (fault === 'cut') throw new TypeError('fetch failed');
    if (fault === 'busy') return new Response('busy', { status: 503 });
    const damaged = fault === 'damage' && init.body instanceof Uint8Array;
    const body = damaged ? (init.body as Uint8Array<ArrayBuffer>).map((byte) => byte ^ 1) : null;
    const response = await technician.fetch(url, body === null ? init : { ...init, body });
    acknowledged.note(url, init, response.status);
    if (fault === 'lose-answer') throw new TypeError('fetch failed');
    return response;
  };
  return { fetch: fetchThrough, acknowledged, sent };
}

async function originalOf(slideId: string): Promise<Buffer> {
  const row = await inScope(server.database, SYSTEM, (transaction) =>
    transaction
      .selectFrom('slides')
      .select('original_key')
      .where('id', '=', slideId as never)
      .executeTakeFirstOrThrow(),
  );
  return await readFile(join(server.dataDir, 'blobs', `${row.original_key}`, '0'));
}

async function finished(engine: ReturnType<typeof startEngine>, name: string) {
  const { state } = await until(engine, name, isKind('finished'));
  if (state.kind !== 'finished') throw new Error('not finished');
  return state;
}

describe('over a bad line', () => {
  test('several uploads arrive whole, and no chunk that became durable is ever sent again', async () => {
    let request = 0;
    const faults: readonly Fault[] = ['cut', 'lose-answer', 'busy', 'damage'];
    const line = lineWith(() => {
      request += 1;
      // Every third request goes wrong, in turn in each way there is.
      return request % 3 === 0 ? (faults[(request / 3) % 4] ?? 'none') : 'none';
    });
    const engine = startEngine(line);
    const slides = [newSlide('bad-1', 6), newSlide('bad-2', 4), newSlide('bad-3', 1)];
    engine.add(slides);
    for (const slide of slides) {
      const { slideId, alreadyKnown } = await finished(engine, slide.name);
      expect(alreadyKnown).toBe(false);
      const local = Buffer.from((await slide.files[0]?.file.arrayBuffer()) ?? new ArrayBuffer());
      expect(Buffer.compare(await originalOf(slideId), local)).toBe(0);
    }
    expect(line.acknowledged.twice()).toEqual([]);
    expect(line.acknowledged.total()).toBe(11);
    engine.dispose();
  });

  test('waits for the network by name, and goes on at once when the browser says that it is back', async () => {
    const online = switchableNetwork();
    const line = lineWith(() => (online.isOnline() ? 'none' : 'cut'));
    // No pause ever ends by itself here: only the signal wakes the engine.
    const never = (_delayMs: number, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    const engine = startEngine({ ...line, online, sleep: never });
    online.set(false);
    engine.add([newSlide('offline')]);
    await until(engine, 'offline', isKind('waiting-for-network'));
    online.set(true);
    await finished(engine, 'offline');
    engine.dispose();
  });

  test('what the server will never take is given up with its name, and can be tried again', async () => {
    let refusing = true;
    const line = lineWith((_url, init) => (refusing && init.method === 'PUT' ? 'damage' : 'none'));
    const engine = startEngine(line);
    engine.add([newSlide('damaged', 1)]);
    const { state, id } = await until(engine, 'damaged', isKind('failed'));
    expect(state).toMatchObject({ kind: 'failed', code: 'upload.digest-mismatch' });
    refusing = false;
    engine.retry(id);
    await until(engine, 'damaged', isKind('finished'));
    engine.dispose();
  });
});

describe('a person at the queue', () => {
  test('pauses and resumes: nothing starts while paused, nothing is sent twice', async () => {
    const line = lineWith();
    const engine = startEngine(line);
    engine.add([newSlide('paused', 12)]);
    const { id } = await until(
      engine,
      'paused',
      (state) => state.kind === 'sending' && state.bytesSent > 0,
    );
    engine.pause(id);
    expect(engine.items()[0]?.state).toMatchObject({ kind: 'paused' });
    engine.resume(id);
    await finished(engine, 'paused');
    expect(line.acknowledged.twice()).toEqual([]);
    expect(line.acknowledged.total()).toBe(12);
    engine.dispose();
  });

  test('cancels: the server forgets the upload, and it can be dismissed', async () => {
    const line = lineWith();
    const engine = startEngine(line);
    engine.add([newSlide('cancelled', 20)]);
    const { id } = await until(engine, 'cancelled', isKind('sending'));
    engine.cancel(id);
    expect(engine.items()[0]?.state).toEqual({ kind: 'cancelled' });
    await expect.poll(async () => (await speak.get(technician.fetch, id)).state).toBe('cancelled');
    engine.dismiss(id);
    expect(engine.items()).toEqual([]);
    engine.dispose();
  });

  test('adds the same file again: it is recognised, and not a byte is sent', async () => {
    const slide = newSlide('again');
    const engine = startEngine(lineWith());
    engine.add([slide]);
    const first = await finished(engine, 'again');
    const line = lineWith();
    const later = startEngine(line);
    later.add([slide]);
    expect(await finished(later, 'again')).toEqual({ ...first, alreadyKnown: true });
    expect(line.sent.filter((request) => request.startsWith('PUT'))).toEqual([]);
    engine.dispose();
    later.dispose();
  });

  test('drops a file twice while it is sent: it stays one upload', async () => {
    const slide = newSlide('twice', 8);
    const engine = startEngine(lineWith());
    engine.add([slide, slide]);
    await finished(engine, 'twice');
    expect(engine.items()).toHaveLength(1);
    engine.dispose();
  });

  test('sends files that belong together as one slide', async () => {
    const engine = startEngine(lineWith());
    engine.add([localSlide('series', [newBytes(CHUNK_BYTES + 1), newBytes(5), newBytes(77)])]);
    await finished(engine, 'series');
    engine.dispose();
  });
});

describe('a reload of the page', () => {
  /** Sends some chunks, then the page goes. */
  async function interrupted(name: string) {
    const slide = newSlide(name, 10);
    const records = memoryRecords();
    const line = lineWith();
    const engine = startEngine({ ...line, records });
    engine.add([slide]);
    const isUnderWay = (state: { kind: string; bytesSent?: number }): boolean =>
      state.kind === 'sending' && (state.bytesSent ?? 0) > 2 * CHUNK_BYTES;
    const { id } = await until(engine, name, isUnderWay);
    engine.dispose();
    return { slide, records, line, id };
  }

  test('goes on by itself where the browser gives the file back, sending only what is missing', async () => {
    const { slide, records, line, id } = await interrupted('reload');
    const before = line.acknowledged.total();
    expect(before).toBeGreaterThanOrEqual(2);
    const files = { reopen: () => Promise.resolve(slide.files) };
    const engine = startEngine({ ...line, records, files });
    await engine.restore();
    expect(engine.items()[0]?.id).toBe(id);
    await finished(engine, 'reload');
    // A chunk whose request was cut off by the reload itself may come once more, no other.
    expect(line.acknowledged.twice().length).toBeLessThanOrEqual(5);
    // The answers to those in flight at the reload were not heard.
    expect(line.acknowledged.total()).toBeGreaterThanOrEqual(5);
    engine.dispose();
  });

  test('asks for the file where it does not, and goes on with the same upload when it is dropped', async () => {
    const { slide, records, line, id } = await interrupted('needs');
    const engine = startEngine({ ...line, records });
    await engine.restore();
    const [item] = engine.items();
    expect(item).toMatchObject({ id, state: { kind: 'needs-file' } });
    // What the server has is shown, although the file is not at hand.
    if (item?.state.kind !== 'needs-file') throw new Error('not asked for');
    expect(item.state.bytesSent).toBeGreaterThanOrEqual(2 * CHUNK_BYTES);
    engine.add([newSlide('another')]);
    engine.add([slide]);
    await finished(engine, 'needs');
    expect(engine.items().map(({ id: itemId }) => itemId)).toContain(id);
    expect(line.acknowledged.total()).toBeGreaterThanOrEqual(10);
    const created = line.sent.filter((request) => request === 'POST /api/uploads');
    expect(created.length).toBeLessThanOrEqual(3);
    engine.dispose();
  });

  test('takes up the file that is chosen again at once, and hands back what no upload waits for', async () => {
    const { slide, records, line, id } = await interrupted('taken up');
    const engine = startEngine({ ...line, records });
    await engine.restore();
    const other = { ...newSlide('of the same size'), bytes: slide.bytes };
    expect(await engine.takeUp([other, slide])).toEqual([other]);
    expect(engine.items()).toMatchObject([{ id }]);
    await finished(engine, 'taken up');
    expect(await engine.takeUp([slide])).toEqual([slide]);
    expect(line.acknowledged.twice().length).toBeLessThanOrEqual(5);
    engine.dispose();
  });

  test('asks for leave where the browser keeps the way to the file, and goes on when it is given', async () => {
    const { slide, records, line } = await interrupted('leave');
    const [record] = await records.load();
    if (record === undefined) throw new Error('nothing was noted');
    await records.put({ ...record, handles: [{} as FileSystemFileHandle] });
    const files = {
      reopen: (_record: unknown, ask: boolean) => Promise.resolve(ask ? slide.files : undefined),
    };
    const engine = startEngine({ ...line, records, files });
    await engine.restore();
    const [item] = engine.items();
    expect(item?.state).toMatchObject({ kind: 'needs-file', canAsk: true });
    engine.resume(item?.id as never);
    await finished(engine, 'leave');
    engine.dispose();
  });

  test('remembers what was finished until it is dismissed', async () => {
    const records = memoryRecords();
    const engine = startEngine({ ...lineWith(), records });
    engine.add([newSlide('done', 1)]);
    const { slideId } = await finished(engine, 'done');
    engine.dispose();
    const later = startEngine({ ...lineWith(), records });
    await later.restore();
    expect(later.items()).toMatchObject([{ state: { kind: 'finished', slideId } }]);
    later.dismiss(later.items()[0]?.id as never);
    await expect.poll(() => records.load()).toEqual([]);
    later.dispose();
  });
});

describe('what is in the way', () => {
  test('a full disk: waits by name and goes on when there is room', async () => {
    freeBytes = 0;
    const engine = startEngine(lineWith());
    engine.add([newSlide('full')]);
    await until(engine, 'full', isKind('waiting-for-room'));
    freeBytes = Number.MAX_SAFE_INTEGER;
    await finished(engine, 'full');
    engine.dispose();
  });

  test('a file that can no longer be read fails by name', async () => {
    const slide = newSlide('changed', 2);
    const file = slide.files[0]?.file;
    if (file === undefined) throw new Error('no file');
    let reads = 0;
    const changed = new Proxy(file, {
      get: (target, key) => {
        if (key === 'slice') {
          reads += 1;
          // The fingerprint reads twice; from then on the file is gone.
          return reads > 2 ? () => new Blob() : target.slice.bind(target);
        }
        const value: unknown = Reflect.get(target, key, target);
        return value;
      },
    });
    const engine = startEngine(lineWith());
    engine.add([{ ...slide, files: [{ path: 'changed.svs', file: changed }] }]);
    const { state } = await until(engine, 'changed', isKind('failed'));
    expect(state).toMatchObject({ code: 'upload.file-changed' });
    engine.dispose();
  });
});
