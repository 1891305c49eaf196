import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, LANGUAGES, type Language, test, word } from './product.ts';
import { sendSlide } from './send-slide.ts';

async function openMenu(page: Page, language: Language, name: string): Promise<void> {
  const label = word(language, `“${name}”的操作`, `Actions for “${name}”`);
  await page.getByRole('button', { name: label }).click();
}

async function firstName(page: Page): Promise<string> {
  return (await page.getByRole('row').first().getByRole('heading').textContent()) ?? '';
}

for (const language of LANGUAGES) {
  const say = (zh: string, en: string) => word(language, zh, en);

  test(`slides are found by a word, and the layout is remembered (${language})`, async ({ as }) => {
    const page = await as('technician', { language });
    await page.goto('/slides');
    await expect(page.getByRole('row')).toHaveCount(6);
    await page.getByRole('searchbox').fill('Ki-67');
    await expect(page.getByRole('row')).toHaveCount(2);
    await expect(page).toHaveURL(/q=Ki-67/);
    await page.reload();
    await expect(page.getByRole('row')).toHaveCount(2);
    await page.getByRole('searchbox').fill('no slide is called so');
    await expect(page.getByText(say('没有匹配的切片', 'No slide matches'))).toBeVisible();
    await page.getByText(say('清除搜索', 'Clear the search'), { exact: true }).click();
    await page.getByRole('radio', { name: say('列表', 'List') }).click();
    const heading = page.getByRole('columnheader', { name: say('文件大小', 'File size') });
    await expect(heading).toBeVisible();
    await page.reload();
    await expect(heading).toBeVisible();
  });

  test(`a slide is renamed, stained and noted (${language})`, async ({ as }) => {
    const page = await as('technician', { language });
    await page.goto('/slides');
    const before = await firstName(page);
    await openMenu(page, language, before);
    await page.getByRole('menuitem', { name: say('编辑信息', 'Edit details') }).click();
    const dialog = page.getByRole('dialog');
    const name = dialog.getByLabel(say('名称', 'Name'), { exact: true });
    await name.fill('');
    await dialog.getByRole('button', { name: say('保存', 'Save') }).click();
    await expect(dialog.getByText(say('请输入 1–200', 'Enter a name of 1'))).toBeVisible();
    await name.fill(`${before} X`);
    await dialog.getByRole('button', { name: 'PAS' }).click();
    await dialog.getByLabel(say('备注', 'Note')).fill('ink at 12 h');
    await dialog.getByRole('button', { name: say('保存', 'Save') }).click();
    await expect(dialog).toBeHidden();
    const card = page.getByRole('row', { name: `${before} X` });
    await expect(card.getByText('PAS')).toBeVisible();

    await openMenu(page, language, `${before} X`);
    await page.getByRole('menuitem', { name: say('编辑信息', 'Edit details') }).click();
    await expect(dialog.getByLabel(say('备注', 'Note'))).toHaveValue('ink at 12 h');
    await name.fill(before);
    await dialog.getByRole('button', { name: 'H&E' }).click();
    await dialog.getByRole('button', { name: say('保存', 'Save') }).click();
    await expect(page.getByRole('row', { name: before, exact: true })).toBeVisible();
  });

  test(`a deleted slide comes back by undo, and from the bin (${language})`, async ({ as }) => {
    const page = await as('technician', { language });
    await page.goto('/slides');
    await expect(page.getByRole('row')).toHaveCount(6);
    const name = await firstName(page);
    const card = page.getByRole('row', { name, exact: true });
    await openMenu(page, language, name);
    await page.getByRole('menuitem', { name: say('删除', 'Delete') }).click();
    await expect(card).toBeHidden();
    await page.getByRole('button', { name: say('撤销', 'Undo') }).click();
    await expect(card).toBeVisible();

    await openMenu(page, language, name);
    await page.getByRole('menuitem', { name: say('删除', 'Delete') }).click();
    await expect(card).toBeHidden();
    await page.getByRole('radio', { name: say('回收站', 'Deleted') }).click();
    await expect(page).toHaveURL(/show=deleted/);
    await expect(card).toBeVisible();
    await openMenu(page, language, name);
    await page.getByRole('menuitem', { name: say('恢复', 'Restore') }).click();
    await expect(page.getByText(say('回收站是空的', 'Nothing was deleted'))).toBeVisible();
    await page.getByRole('radio', { name: say('全部', 'All') }).click();
    await expect(page.getByRole('row')).toHaveCount(6);
  });

  test(`a slide is lent to another hospital and taken back (${language})`, async ({ as }) => {
    const page = await as('pathologist', { language });
    const neighbour = await as('neighbour', { language });
    await page.goto('/slides');
    const name = await firstName(page);
    await openMenu(page, language, name);
    await page.getByRole('menuitem', { name: say('共享…', 'Share…') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: say('共享', 'Share'), exact: true }).click();
    await expect(dialog.getByText(say('请选择一家医院。', 'Choose a hospital.'))).toBeVisible();
    await dialog.getByRole('button', { name: say('选择医院', 'Choose a hospital') }).click();
    const hospital = say('示范第二县医院', 'Demo Second County Hospital');
    await page.getByRole('option', { name: hospital }).click();
    await dialog.getByRole('radio', { name: say('30 天', '30 days') }).click();
    await dialog.getByRole('button', { name: say('共享', 'Share'), exact: true }).click();
    const end = dialog.getByRole('button', {
      name: say(`立即终止：对 ${hospital} 的共享`, `End now: the share with ${hospital}`),
    });
    await expect(end).toBeVisible();

    await neighbour.goto('/slides');
    const lent = neighbour.getByRole('row', { name, exact: true });
    await expect(lent.getByText(say('外院共享', 'Shared with us'))).toBeVisible();
    await expect(lent.getByText(say('共享至', 'Shared until'))).toBeVisible();
    await end.click();
    await expect(end).toBeHidden();
    await neighbour.reload();
    await expect(neighbour.getByText(say('还没有切片', 'No slides yet'))).toBeVisible();
  });
}

test('a trainee has no buttons for what the server would refuse', async ({ as }) => {
  const page = await as('trainee');
  await page.goto('/slides');
  await expect(page.getByRole('heading', { name: '切片', level: 1 })).toBeVisible();
  await expect(page.getByRole('link', { name: '上传' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: '账户' })).toHaveCount(0);
  await expect(page.getByRole('radio', { name: '回收站' })).toHaveCount(0);
  await page.goto('/accounts');
  await expect(page.getByRole('alert')).toContainText('您的角色不能执行此操作。');
});

test('a slide that another person deletes leaves the list without a reload', async ({ as }) => {
  const watcher = await as('pathologist');
  const page = await as('technician');
  await watcher.goto('/slides');
  await page.goto('/slides');
  const name = await firstName(page);
  const seen = watcher.getByRole('row', { name, exact: true });
  await expect(seen).toBeVisible();
  await openMenu(page, 'zh', name);
  await page.getByRole('menuitem', { name: '删除' }).click();
  await expect(seen).toBeHidden({ timeout: 25_000 });
  await page.getByRole('radio', { name: '回收站' }).click();
  await openMenu(page, 'zh', name);
  await page.getByRole('menuitem', { name: '恢复' }).click();
  await expect(seen).toBeVisible({ timeout: 25_000 });
});

test('a slide that cannot be opened says why, can be tried again, and be put aside', async ({
  as,
}) => {
  const page = await as('technician');
  const folder = await mkdtemp(join(tmpdir(), 'farscope-broken-'));
  const path = join(folder, 'broken.svs');
  await writeFile(path, 'this is no slide');
  const name = 'Broken on purpose';
  await expect(sendSlide(page.request, path, name)).rejects.toThrow(`${name}: format.`);
  await rm(folder, { recursive: true });

  await page.goto('/slides');
  const card = page.getByRole('row', { name, exact: true });
  await expect(card.getByText('无法打开')).toBeVisible();
  await expect(card.getByText('无法识别该文件的切片格式。')).toBeVisible();
  await openMenu(page, 'zh', name);
  await page.getByRole('menuitem', { name: '重新处理' }).click();
  await expect(page.getByText(`正在重新处理“${name}”`)).toBeVisible();
  await expect(card.getByText('无法打开')).toBeVisible();
  await openMenu(page, 'zh', name);
  await page.getByRole('menuitem', { name: '删除' }).click();
  await expect(card).toBeHidden();
});
