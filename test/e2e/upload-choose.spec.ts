import { expectedPixel } from '../../fixtures/addressed-slide.ts';
import { realSlidePath, hasRealSlides } from '../real-slides.ts';
import { LANGUAGES } from './product.ts';
import { dropFiles, expect, test, uploadPage, watchChunks } from './upload-stage.ts';

for (const language of LANGUAGES) {
  test(`a slide is seen with thumbnail, label, size and magnification before a byte of it is sent (${language})`, async ({
    as,
    files,
  }) => {
    const page = await as('technician', { language });
    const upload = uploadPage(page, language);
    const chunks = watchChunks(page);
    await upload.open();
    await upload.choose(files.slide('S26-0417 A1.svs', { width: 3000, height: 2200 }));
    const card = upload.card('S26-0417 A1');
    await expect(card).toContainText('40×');
    await expect(card).toContainText(upload.say('0.25 µm/像素', '0.25 µm/px'));
    await expect(card).toContainText(upload.say('3,000 × 2,200 像素', '3,000 × 2,200 pixels'));
    await expect(card).toContainText('S26-0417 A1.svs');
    // The label of an Aperio slide is LZW, which no browser decodes by itself.
    for (const [alt, r, g, b] of [
      [upload.say('S26-0417 A1 的预览', 'Preview of S26-0417 A1'), 250, 200, 220],
      [upload.say('S26-0417 A1 的标签', 'Label of S26-0417 A1'), 240, 240, 220],
    ] as const) {
      const colour = await card.getByAltText(alt).evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
        const context = canvas.getContext('2d');
        context?.drawImage(image, 0, 0);
        return [...(context?.getImageData(20, 20, 1, 1).data ?? [])].slice(0, 3);
      });
      const distance = [r, g, b].map((value, at) => Math.abs(value - (colour[at] ?? 0)));
      expect(Math.max(...distance)).toBeLessThanOrEqual(6);
    }
    await card.getByRole('button', { name: upload.say('放大查看', 'Enlarge') }).click();
    const large = page
      .getByRole('dialog')
      .getByAltText(upload.say('S26-0417 A1 的标签', 'Label of'));
    await expect(large).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(large).toBeHidden();
    expect(chunks.sent()).toBe(0);
  });

  test(`a doubtful scale is warned of, and a file that will not open is named with its reason (${language})`, async ({
    as,
    files,
  }) => {
    const page = await as('technician', { language });
    const upload = uploadPage(page, language);
    const chunks = watchChunks(page);
    await upload.open();
    await upload.choose([
      files.slide('no-scale.tiff', { layout: 'tiff-lzw' }),
      files.slide('coarse.svs', { mpp: 12 }),
      files.slide('odd.svs', { mpp: 0.9, objectivePower: 40 }),
      files.jpeg('photo.jpg', 640, 480),
      files.text('report.svs', 'This is a letter and not a slide.'),
    ]);
    const { say } = upload;
    await expect(upload.card('photo')).toContainText(
      say('文件未记录像素尺寸', 'does not say its pixel'),
    );
    await expect(upload.card('coarse')).toContainText(
      say('12 µm 不合常理', '12 µm is implausible'),
    );
    await expect(upload.card('odd')).toContainText(
      say('与物镜 40× 不符', 'does not fit a 40× objective'),
    );
    const refused = upload.card('report');
    await expect(refused).toContainText(say('无法识别该文件的切片格式', 'not in a slide format'));
    const send = (count: number) =>
      page.getByRole('button', {
        name: say(`上传 ${count} 张切片`, `Upload ${count} slides`),
        exact: true,
      });
    await expect(send(4)).toBeVisible();
    await refused.getByText(say('仍要上传原始文件', 'Upload the original anyway')).click();
    await expect(send(5)).toBeEnabled();
    expect(chunks.sent()).toBe(0);
  });
}

test('with nothing that can be sent the button says so', async ({ as, files }) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  await upload.choose(files.text('letter.svs', 'not a slide'));
  await expect(upload.card('letter')).toContainText('此文件无法打开');
  await expect(page.getByRole('button', { name: '没有可上传的切片' })).toBeDisabled();
  await page.getByRole('button', { name: '移除“letter”' }).click();
  await expect(page.locator('.staged-card')).toHaveCount(0);
});

test('a folder that is dropped is one slide of its DICOM files; what is left out is named', async ({
  as,
  files,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  await dropFiles(page, [files.series('series 7'), files.slide('beside.svs')]);
  const card = upload.card('series 7');
  await expect(card).toContainText('6 个文件');
  await expect(card).toContainText('40×');
  await expect(card.getByAltText('series 7 的预览')).toBeVisible();
  await expect(upload.card('beside')).toBeVisible();
  await expect(page.locator('.staged-card')).toHaveCount(2);
  await expect(page.getByText(/已忽略 2 个文件：.*\.DS_Store/)).toBeVisible();
});

test('a folder that is picked is read as one that is dropped', async ({ as, files }) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  await upload.chooseFolder(files.series('series 8'));
  await expect(upload.card('series 8')).toContainText('6 个文件');
  await expect(page.getByText(/已忽略 2 个文件/)).toBeVisible();
});

test('the same file chosen twice is listed once', async ({ as, files }) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  const path = files.slide('twice.svs');
  await upload.choose(path);
  await expect(upload.card('twice')).toContainText('40×');
  await upload.choose(path);
  await expect(page.locator('.staged-card')).toHaveCount(1);
});

test('scanner files from elsewhere show what they are', async ({ as, files }) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  const real = hasRealSlides
    ? ['CMU-1-Small-Region.svs', 'openslide-py-boxes.tiff', 'aics_RGB-8bit.czi'].map(realSlidePath)
    : [];
  await upload.choose([files.slide('made here.svs'), ...real]);
  await expect(upload.card('made here')).toContainText('Aperio');
  await expect(page.locator('.staged-card')).toHaveCount(1 + real.length);
  if (!hasRealSlides) return;
  const aperio = upload.card('CMU-1-Small-Region');
  await expect(aperio).toContainText('20×');
  await expect(aperio).toContainText('2,220 × 2,967');
  const label = aperio.getByAltText('CMU-1-Small-Region 的标签');
  await expect(label).toBeVisible();
  expect(await label.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(
    100,
  );
  await expect(upload.card('aics_RGB-8bit')).toContainText('Zeiss CZI');
});

test('pictures in codecs that no browser knows are drawn with their right colours', async ({
  as,
  files,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  const layouts = ['tiff-lzw', 'tiff-deflate', 'tiff-strips'] as const;
  await upload.choose(
    layouts.map((layout) =>
      files.slide(`${layout}.tiff`, { layout, width: 700, height: 500, levels: [1] }),
    ),
  );
  for (const layout of layouts.slice(0, 2)) {
    const image = upload.card(layout).getByAltText(`${layout} 的预览`);
    await expect(image).toBeVisible();
    // Tile (1, 1) of the only level, 700 px drawn as 640.
    const [x, y] = [256 + 48, 256 + 80];
    const colour = await image.evaluate(
      async (element: HTMLImageElement, [left, top]) => {
        await element.decode();
        const scale = element.naturalWidth / 700;
        const context = new OffscreenCanvas(640, 640).getContext('2d');
        context?.drawImage(element, 0, 0);
        const pixel = context?.getImageData(left * scale, top * scale, 1, 1).data ?? [];
        return [...pixel].slice(0, 3);
      },
      [x, y] as const,
    );
    const wanted = expectedPixel(0, x, y);
    const distance = wanted.map((value, at) => Math.abs(value - (colour[at] ?? 0)));
    expect(Math.max(...distance), layout).toBeLessThanOrEqual(24);
  }
  await expect(upload.card('tiff-strips')).toContainText('上传后由服务器转换');
});
