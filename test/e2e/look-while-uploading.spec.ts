import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SlideDetail, SlideSummary } from '../../shared/slide/slide.ts';
import { tissueTiles, writeBigSlide } from '../bench/big-slide.ts';
import { openShapedLine } from './shaped-line.ts';
import { expect, test, uploadPage } from './upload-stage.ts';

/** Large enough that the line needs half a minute for it. */
const BYTES = 64 << 20;
const FIRST_PORT = 4550;

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  return hash.digest('hex');
}

/** The original as the store keeps it: the only file of that size. */
function storedFile(dataDir: string, bytes: number): string {
  const folder = join(dataDir, 'blobs');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .find((path) => statSync(path).isFile() && statSync(path).size === bytes);
  if (found === undefined) throw new Error('the original is not in the store');
  return found;
}

test('a second reader sees the whole slide and a field at 40x while the first is still sending it', async ({
  as,
  files,
  product,
}) => {
  test.setTimeout(180_000);
  const path = join(files.folder, 'arriving.tiff');
  const { bytes } = writeBigSlide(path, tissueTiles(), { bytes: BYTES, stored: 'each' });
  const line = await openShapedLine({
    port: FIRST_PORT + (process.pid % 40),
    target: new URL(product.url),
    upMegabits: 20,
    roundTripMs: 100,
  });
  const sender = await as('technician');
  const reader = await as('pathologist');
  await sender.goto(`${line.url}/upload`);
  const upload = uploadPage(sender);
  await upload.choose(path);
  await expect(upload.card('arriving')).toContainText('×');
  await upload.send();
  const droppedMs = Date.now();

  const arriving = async (): Promise<SlideSummary | undefined> => {
    const reply = await reader.request.get('/api/slides');
    const { slides } = (await reply.json()) as { slides: SlideSummary[] };
    return slides.find(({ name, widthPx }) => name === 'arriving' && widthPx !== null);
  };
  await expect.poll(arriving, { intervals: [100] }).toMatchObject({ status: { kind: 'arriving' } });
  const { id } = (await arriving()) as SlideSummary;
  await reader.goto(`/slides/${id}`);
  const field = reader.getByTestId('field-state');
  await expect(field).toHaveAttribute('data-complete', 'true');
  const wholeMs = Date.now() - droppedMs;

  // The middle of the slide at full resolution: far from where the file has come to.
  await reader.locator('.pane-surface').click();
  const askedMs = Date.now();
  const fullTile = reader.waitForResponse(
    (reply) => /\/tiles\/1\/0\//.test(reply.url()) && reply.status() === 200,
  );
  await reader.keyboard.press('6');
  await expect(field).toHaveAttribute('data-complete', 'false');
  await expect(field).toHaveAttribute('data-complete', 'true');
  const fieldMs = Date.now() - askedMs;
  expect((await fullTile).status()).toBe(200);
  const during = (await (await reader.request.get(`/api/slides/${id}`)).json()) as SlideDetail;
  expect(during.status.kind).toBe('arriving');
  await expect(reader.getByTestId('coverage')).toBeVisible();
  const measured = `first view ${wholeMs} ms, field at 40x ${fieldMs} ms`;
  test.info().annotations.push({ type: 'measured', description: measured });

  const row = upload.row('arriving');
  await expect(row).toHaveAttribute('data-state', 'ready', { timeout: 120_000 });
  await expect(reader.getByText('已全部传到')).toBeVisible();
  expect(await sha256(storedFile(product.dataDir, bytes))).toBe(await sha256(path));
  await line.close();
});
