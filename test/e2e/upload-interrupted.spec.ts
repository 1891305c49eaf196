import { readFileSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { CHUNK_BYTES } from '../../shared/upload/chunk-grid.ts';
import { contentDigest } from '../../shared/upload/content-digest.ts';
import {
  expect,
  holdChunksAfter,
  slideOfRow,
  test,
  uploadPage,
  watchChunks,
} from './upload-stage.ts';

/** What the server must have in the end, from the file itself. */
function digestOf(path: string): string {
  const bytes = readFileSync(path);
  const digests: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    digests.push(
      createHash('sha256')
        .update(bytes.subarray(at, at + CHUNK_BYTES))
        .digest(),
    );
  }
  return contentDigest(digests);
}

test('a reload in the middle of 64 MB: the file is asked for, and only what is missing is sent', async ({
  as,
  files,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  const chunks = watchChunks(page);
  await upload.open();
  const line = await holdChunksAfter(page, 12);
  const path = files.largeSlide('over a reload.svs', 64);
  await upload.choose(path);
  await expect(upload.card('over a reload')).toContainText('40×');
  await upload.send();
  await expect.poll(chunks.parcels).toBe(12);
  const share = (100 * chunks.acknowledged() * CHUNK_BYTES) / statSync(path).size;
  await page.reload();
  const row = upload.row('over a reload');
  await expect(row).toContainText('请重新选择同一文件，接着上传');
  // It is shown how far it was, although the file is not at hand.
  const shares = [share - 1, share].map(Math.floor).join('|');
  await expect(row).toContainText(new RegExp(`(${shares})% ·`));
  const picker = page.waitForEvent('filechooser');
  await row.getByRole('button', { name: '选择文件' }).click();
  await (await picker).setFiles(path);
  await expect(page.getByText('已找到文件，继续上传：over a reload')).toBeVisible();
  await expect(page.locator('.staged-card')).toHaveCount(0);
  line.release();
  await expect(row).toContainText('可以阅片', { timeout: 60_000 });
  expect(chunks.again()).toEqual([]);
  expect(chunks.acknowledged()).toBe(Math.ceil(statSync(path).size / CHUNK_BYTES));
  expect((await slideOfRow(page, row)).contentDigest).toBe(digestOf(path));
});

test('another file chosen after a reload is looked at as a new one', async ({ as, files }) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  const chunks = watchChunks(page);
  await upload.open();
  await holdChunksAfter(page, 3);
  await upload.choose(files.largeSlide('lost.svs', 8));
  await expect(upload.card('lost')).toContainText('40×');
  await upload.send();
  await expect.poll(chunks.parcels).toBe(3);
  await page.reload();
  await expect(upload.row('lost')).toContainText('请重新选择同一文件');
  await upload.choose(files.slide('other.svs'));
  await expect(upload.card('other')).toContainText('40×');
  await expect(upload.row('lost')).toContainText('请重新选择同一文件');
  await upload.action('lost', '取消上传', 'Cancel').click();
  await expect(upload.row('lost')).toContainText('已取消');
});

test('a line that is lost holds the upload, and it goes on by itself when the line is back', async ({
  as,
  files,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  const chunks = watchChunks(page);
  await upload.open();
  const line = await holdChunksAfter(page, 6);
  const path = files.largeSlide('over a lost line.svs', 16);
  await upload.choose(path);
  await expect(upload.card('over a lost line')).toContainText('40×');
  await upload.send();
  await expect.poll(chunks.parcels).toBe(6);
  await page.context().setOffline(true);
  line.release();
  const row = upload.row('over a lost line');
  await expect(row).toContainText('网络或服务器暂不可用，恢复后自动继续');
  await page.context().setOffline(false);
  await expect(row).toContainText('可以阅片');
  expect(chunks.again()).toEqual([]);
  expect((await slideOfRow(page, row)).contentDigest).toBe(digestOf(path));
});

test('a server that is killed in the middle and comes back has lost nothing that it acknowledged', async ({
  as,
  files,
  product,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  const chunks = watchChunks(page);
  await upload.open();
  const line = await holdChunksAfter(page, 10);
  const path = files.largeSlide('over a restart.svs', 24);
  await upload.choose(path);
  await expect(upload.card('over a restart')).toContainText('40×');
  await upload.send();
  await expect.poll(chunks.parcels).toBe(10);
  await product.kill();
  line.release();
  const row = upload.row('over a restart');
  await expect(row).toContainText('网络或服务器暂不可用');
  await product.startAgain();
  await expect(row).toContainText('可以阅片', { timeout: 40_000 });
  expect(chunks.again()).toEqual([]);
  expect((await slideOfRow(page, row)).contentDigest).toBe(digestOf(path));
});

test('a server without room says so on the page, and the upload goes on when there is room', async ({
  as,
  files,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  // What the server answers when its disk is full; test/uploads/full-disk.test.ts fills a real one.
  const chunk = /\/api\/uploads\/[^/]+\/chunks$/;
  await page.route(chunk, (route) =>
    route.fulfill({
      status: 507,
      headers: { 'Retry-After': '1' },
      json: { code: 'upload.disk-full', fields: { retryAfterSeconds: 1 }, requestId: 'r' },
    }),
  );
  const path = files.largeSlide('over a full disk.svs', 6);
  await upload.choose(path);
  await expect(upload.card('over a full disk')).toContainText('40×');
  await upload.send();
  const row = upload.row('over a full disk');
  await expect(row).toHaveAttribute('data-state', 'waiting-for-room');
  await expect(row).toContainText('服务器空间不足，有空间后自动继续');
  await page.unroute(chunk);
  await expect(row).toContainText('可以阅片');
  expect((await slideOfRow(page, row)).contentDigest).toBe(digestOf(path));
});

test('an upload that the server refuses says why, and is tried again', async ({ as, files }) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  await page.route('**/api/uploads', (route) =>
    route.fulfill({
      status: 409,
      json: { code: 'upload.too-many', fields: { limit: 40 }, requestId: 'r' },
    }),
  );
  await upload.choose(files.slide('refused.svs'));
  await expect(upload.card('refused')).toContainText('40×');
  await upload.send();
  const row = upload.row('refused');
  await expect(row.getByRole('alert')).toContainText('未完成的上传过多（上限 40 个）');
  await page.unroute('**/api/uploads');
  await row.getByRole('button', { name: '重试' }).click();
  await expect(row).toContainText('可以阅片');
});
