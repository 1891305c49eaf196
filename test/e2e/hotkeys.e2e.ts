import type { Page } from '@playwright/test';
import { expect, test } from './product.ts';

async function openOverlay(page: Page) {
  await page.keyboard.press('Shift+Slash');
  const overlay = page.getByRole('dialog', { name: '快捷键' });
  await expect(overlay).toBeVisible();
  return overlay;
}

async function openSlides(page: Page): Promise<void> {
  await page.goto('/slides');
  await expect(page.getByRole('grid')).toBeVisible();
}

test('? lists the keys, and a word or a key finds one', async ({ as }) => {
  const page = await as('expert');
  await openSlides(page);
  const overlay = await openOverlay(page);
  await expect(overlay.getByText('显示快捷键')).toBeVisible();
  await overlay.getByRole('searchbox').fill('主题');
  await expect(overlay.getByText('显示快捷键')).toBeHidden();
  await expect(overlay.getByText('切换浅色与深色主题')).toBeVisible();
  await overlay.getByRole('searchbox').fill('alt+shift+d');
  await expect(overlay.getByText('切换浅色与深色主题')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(overlay).toBeHidden();
});

test('a key is changed, works at once and after a reload, and can be brought back', async ({
  as,
}) => {
  const page = await as('expert');
  await openSlides(page);
  const overlay = await openOverlay(page);
  await overlay.getByRole('button', { name: '更改“切换浅色与深色主题”的按键' }).click();
  await page.keyboard.press('KeyN');
  await expect(
    overlay.getByRole('listitem').filter({ hasText: '切换浅色与深色主题' }),
  ).toContainText('N');
  await page.keyboard.press('Escape');
  await expect(overlay).toBeHidden();
  await page.keyboard.press('KeyN');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.getByRole('grid')).toBeVisible();
  await page.keyboard.press('KeyN');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await openOverlay(page);
  await overlay.getByRole('button', { name: '恢复“切换浅色与深色主题”的默认按键' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('KeyN');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
});

test('a key that something else has is taken over only when the reader says so', async ({ as }) => {
  const page = await as('expert');
  await openSlides(page);
  const overlay = await openOverlay(page);
  await overlay.getByRole('button', { name: '更改“打开上传页”的按键' }).click();
  await page.keyboard.press('Alt+Shift+KeyD');
  await expect(overlay.getByText('现用于“切换浅色与深色主题”')).toBeVisible();
  await overlay.getByRole('button', { name: '保留原设置' }).click();
  const upload = overlay.getByRole('listitem').filter({ hasText: '打开上传页' });
  await expect(upload).toContainText('未设置');
  await overlay.getByRole('button', { name: '更改“打开上传页”的按键' }).click();
  await page.keyboard.press('Alt+Shift+KeyD');
  await overlay.getByRole('button', { name: '改用于此' }).click();
  const theme = overlay.getByRole('listitem').filter({ hasText: '切换浅色与深色主题' });
  await expect(theme).toContainText('已被“打开上传页”占用');
  await expect(upload.first()).toContainText('Alt');
});

test('keys are left alone while typing, and single keys can be switched off', async ({ as }) => {
  const page = await as('expert');
  await openSlides(page);
  await page.getByRole('searchbox').focus();
  await page.keyboard.press('Shift+Slash');
  await expect(page.getByRole('searchbox')).toHaveValue('?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('searchbox').fill('');
  await page.getByRole('searchbox').blur();
  const overlay = await openOverlay(page);
  await overlay.getByText('启用单键快捷键').click();
  await page.keyboard.press('Escape');
  await expect(overlay).toBeHidden();
  await page.keyboard.press('Shift+Slash');
  await page.keyboard.press('Alt+Shift+KeyD');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(overlay).toBeHidden();
  await page.getByRole('button', { name: '快捷键' }).click();
  await expect(overlay).toBeVisible();
});
