import { demoSlide, openViewer } from './viewer-bench.ts';
import { expect, LANGUAGES, test, word } from './product.ts';

for (const language of LANGUAGES) {
  test(`the properties give the addresses for other programs, and each of them answers (${language})`, async ({
    as,
    browser,
  }) => {
    const slide = await demoSlide(browser, 'HE');
    const page = await as('pathologist', { language });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openViewer(page, slide.id);
    const details = word(language, '切片信息', 'Slide details');
    const panel = page.getByRole('complementary', { name: details });
    await page.getByRole('button', { name: details }).click();
    const heading = word(language, '其他程序读取', 'For other programs');
    const section = panel.locator('section', { has: page.getByRole('heading', { name: heading }) });
    await section.scrollIntoViewIfNeeded();
    for (const name of ['Deep Zoom', 'IIIF', 'DICOMweb']) {
      await section
        .getByRole('button', { name: word(language, `复制 ${name}`, `Copy ${name}`) })
        .click();
      const address = await page.evaluate(() => navigator.clipboard.readText());
      expect(address).toContain('/api/interop/');
      const reply = await page.request.get(name === 'DICOMweb' ? `${address}/studies` : address);
      expect(reply.status(), name).toBe(200);
    }
    await section
      .getByRole('button', { name: word(language, '复制 检查 UID', 'Copy Study UID') })
      .click();
    await section
      .getByText(word(language, '地址须配合', 'Used with a token'))
      .scrollIntoViewIfNeeded();
    const study = await page.evaluate(() => navigator.clipboard.readText());
    const told = await page.request.get(`/api/interop/dicomweb/studies/${study}/metadata`);
    expect(told.status()).toBe(200);
    await page.screenshot({ path: test.info().outputPath('addresses.png') });
  });
}
