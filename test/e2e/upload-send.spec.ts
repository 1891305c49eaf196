import type { SlideSummary } from '../../shared/slide/slide.ts';
import { LANGUAGES } from './product.ts';
import {
  copyTo,
  expect,
  holdChunksAfter,
  slideOfRow,
  test,
  uploadPage,
  watchChunks,
} from './upload-stage.ts';

for (const language of LANGUAGES) {
  test(`an upload shows bar, speed and time left, and is a slide for everybody after its last byte (${language})`, async ({
    as,
    files,
  }) => {
    const page = await as('technician', { language });
    const upload = uploadPage(page, language);
    const { say } = upload;
    await upload.open();
    const line = await holdChunksAfter(page, 5);
    await upload.choose(files.largeSlide('seen elsewhere.svs', 9));
    await expect(upload.card('seen elsewhere')).toContainText('40×');
    await upload.send();
    const row = upload.row('seen elsewhere');
    await expect(row).toHaveAttribute('data-state', 'sending');
    await expect(row).toContainText(say('上传中', 'Uploading'));
    await expect(row).toContainText(say('B/秒', 'B/s'));
    await expect(row).toContainText(say('剩余', 'left'));
    const bar = row.getByRole('progressbar', {
      name: say('seen elsewhere 的上传状态', 'Upload of seen elsewhere'),
    });
    await expect(bar).toHaveAttribute('aria-valuenow', /^[1-9]\d?(\.\d+)?$/);
    const finish = page.waitForResponse((response) => response.url().endsWith('/finish'));
    line.release();
    expect((await finish).status()).toBe(200);
    const { slideId } = (await (await finish).json()) as { slideId: string };
    const reader = await as('pathologist', { language });
    const reply = await reader.request.get(`/api/slides/${slideId}`);
    expect(await reply.json()).toMatchObject({ status: { kind: 'ready' }, widthPx: 1400 });
    await expect(row).toContainText(say('可以阅片', 'Ready to read'));
    const tile = reader.waitForResponse((response) => /\/tiles\//.test(response.url()));
    await reader.goto(`/slides/${slideId}`);
    expect((await tile).status()).toBe(200);
    await row.getByRole('link', { name: say('打开阅片', 'Open') }).click();
    await expect(page).toHaveURL(new RegExp(`/slides/${slideId}`));
  });
}

test('an upload is paused, resumed and cancelled; a pause keeps what has arrived', async ({
  as,
  files,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  const chunks = watchChunks(page);
  await upload.open();
  const line = await holdChunksAfter(page, 6);
  await upload.choose([files.largeSlide('held.svs', 12), files.largeSlide('dropped.svs', 12)]);
  await expect(upload.card('held')).toContainText('40×');
  await expect(upload.card('dropped')).toContainText('40×');
  await upload.send();
  const held = upload.row('held');
  await expect(held).toHaveAttribute('data-state', 'sending');
  await expect.poll(chunks.parcels).toBe(6);
  await upload.action('held', '暂停', 'Pause').click();
  await expect(held).toContainText('已暂停');
  await upload.action('dropped', '取消上传', 'Cancel').click();
  await expect(upload.row('dropped')).toContainText('已取消');
  await expect(page.getByText('已取消上传“dropped”')).toBeVisible();
  line.release();
  await upload.action('held', '继续', 'Resume').click();
  await expect(held).toContainText('可以阅片');
  expect(chunks.again()).toEqual([]);
  const left = await page.request.get('/api/uploads');
  const names = ((await left.json()) as { name: string; state: string }[])
    .filter(({ state }) => state === 'arriving')
    .map(({ name }) => name);
  expect(names).not.toContain('dropped');
  await upload.action('dropped', '从列表移除', 'Dismiss').click();
  await expect(upload.row('dropped')).toHaveCount(0);
});

test('several slides are sent at once, and all can be paused together', async ({ as, files }) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  const line = await holdChunksAfter(page, 4);
  const names = ['row a', 'row b', 'row c', 'row d'];
  await upload.choose(names.map((name) => files.largeSlide(`${name}.svs`, 3)));
  for (const name of names) await expect(upload.card(name)).toContainText('40×');
  await upload.send();
  await expect(page.locator('.upload-row[data-state="sending"]').first()).toBeVisible();
  // All of them stand in the list already, so that a reader can ask for any.
  const listed = async (): Promise<string[]> => {
    const reply = await page.request.get('/api/slides');
    return ((await reply.json()) as { slides: SlideSummary[] }).slides.map(({ name }) => name);
  };
  await expect.poll(listed).toEqual(expect.arrayContaining(names));
  await page.getByRole('button', { name: '全部暂停' }).click();
  await expect(page.locator('.upload-row[data-state="paused"]')).toHaveCount(4);
  line.release();
  await page.getByRole('button', { name: '全部继续' }).click();
  for (const name of names) await expect(upload.row(name)).toContainText('可以阅片');
  await page.getByRole('button', { name: '清除已完成' }).click();
  await expect(page.locator('.upload-row')).toHaveCount(0);
});

test('the same content again is recognised, also under another name and date', async ({
  as,
  files,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  const chunks = watchChunks(page);
  await upload.open();
  const path = files.slide('first time.svs');
  await upload.choose(path);
  await expect(upload.card('first time')).toContainText('40×');
  await upload.send();
  await expect(upload.row('first time')).toContainText('可以阅片');
  const first = await slideOfRow(page, upload.row('first time'));
  await upload.action('first time', '从列表移除', 'Dismiss').click();

  const sentOnce = chunks.sent();
  await upload.choose(path);
  await expect(upload.card('first time')).toContainText('40×');
  await upload.send();
  await expect(upload.row('first time')).toContainText('该切片已在库中');
  expect(chunks.sent()).toBe(sentOnce);

  await upload.choose(copyTo(files.folder, path, 'a copy.svs'));
  await expect(upload.card('a copy')).toContainText('40×');
  await upload.send();
  const copy = upload.row('a copy');
  await expect(copy).toContainText('该切片已在库中');
  await expect(copy).toContainText('库中名称：first time');
  expect((await slideOfRow(page, copy)).id).toBe(first.id);
});

test('a flat picture shows how its pyramid is made until it can be read', async ({ as, files }) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  // Large enough to be seen on its way by a page that asks now and then.
  await upload.choose(files.jpeg('photograph.jpg', 14_000, 9000));
  await expect(upload.card('photograph')).toContainText('上传后由服务器转换');
  await upload.send();
  const row = upload.row('photograph');
  await expect(row).toHaveAttribute('data-state', 'building');
  await expect(row).toContainText(/正在转换 \d+%/);
  await expect(row.getByRole('progressbar')).toBeVisible();
  await expect(row).toContainText('可以阅片', { timeout: 60_000 });
  expect(await slideOfRow(page, row)).toMatchObject({ status: { kind: 'ready' }, widthPx: 14_000 });
});

test('an original that was insisted on says why it does not open, and can be opened again', async ({
  as,
  files,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  await upload.choose(files.text('enclosed.svs', `a letter ${process.pid}`));
  await upload.card('enclosed').getByText('仍要上传原始文件').click();
  await upload.send();
  const row = upload.row('enclosed');
  await expect(row).toHaveAttribute('data-state', 'failed');
  await expect(row).toContainText('已上传，但无法打开');
  await expect(row.getByRole('alert')).toContainText('无法识别该文件的切片格式');
  const again = page.waitForResponse((response) => response.url().endsWith('/retry'));
  await row.getByRole('button', { name: '重新打开' }).click();
  expect((await again).status()).toBe(200);
  await expect(row).toContainText('已上传，但无法打开');
});
