import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Language } from './product.ts';
import { holdChunksAfter, uploadPage } from './upload-stage.ts';

/** Originals of the demo set as the server keeps them: blobs/<key>/<file>, the largest first. */
function demoOriginals(dataDir: string): string[] {
  const blobs = join(dataDir, 'blobs');
  return readdirSync(blobs, { recursive: true, encoding: 'utf8' })
    .map((name) => join(blobs, name))
    .filter((path) => statSync(path).isFile())
    .sort((a, b) => statSync(b).size - statSync(a).size);
}

/** The upload page as a technician has it before them: one slide under way, others to look at first. */
export async function uploadUnderWay(
  page: Page,
  language: Language,
  dataDir: string,
): Promise<void> {
  const upload = uploadPage(page, language);
  const folder = mkdtempSync(join(tmpdir(), 'farscope-shot-'));
  // The page reads its files as long as it is open.
  page.once('close', () => rmSync(folder, { recursive: true }));
  const [large = '', second = large] = demoOriginals(dataDir);
  const copy = (from: string, name: string) => {
    cpSync(from, join(folder, name));
    return join(folder, name);
  };
  await page.getByRole('heading', { level: 1 }).waitFor();
  await holdChunksAfter(page, 6);
  await upload.choose(copy(large, 'S26-0417 A1 HE.svs'));
  await upload.card('S26-0417 A1 HE').getByRole('img').first().waitFor();
  await upload.send();
  await upload.row('S26-0417 A1 HE').and(page.locator('[data-state="sending"]')).waitFor();
  const cut = copy(large, 'S26-0418 B1 HE.svs');
  truncateSync(cut, Math.floor(statSync(cut).size * 0.6));
  await upload.choose([copy(second, 'S26-0417 A2 HE.ndpi'), cut]);
  await upload.card('S26-0417 A2 HE').getByRole('img').first().waitFor();
  await upload.card('S26-0418 B1 HE').getByRole('checkbox').waitFor();
}
