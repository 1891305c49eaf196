import { expect, LANGUAGES, test, word } from './product.ts';

for (const language of LANGUAGES) {
  test(`a token is made on the screen, works, and is revoked on it (${language})`, async ({
    as,
    request,
  }) => {
    const page = await as('pathologist', { language });
    const name = `OpenSeadragon ${language}`;
    await page.goto('/profile');
    await page.getByRole('button', { name: word(language, '新建令牌', 'New token') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(word(language, '名称', 'Name')).fill(name);
    await dialog.getByRole('button', { name: word(language, '用途', 'Purpose') }).click();
    await page.getByRole('option', { name: word(language, '查看切片', 'View slides') }).click();
    await dialog.getByRole('button', { name: word(language, '新建令牌', 'New token') }).click();
    const shown = page.getByRole('alertdialog');
    const secret = await shown.locator('code').innerText();
    expect(secret).toMatch(/^fst_[A-Za-z0-9_-]{43}$/);
    const headers = { Authorization: `Bearer ${secret}` };
    expect((await request.get('/api/slides', { headers })).status()).toBe(200);
    expect((await request.get('/api/session', { headers })).status()).toBe(403);
    await shown
      .getByRole('button', { name: word(language, '我已保存', 'I have saved it') })
      .click();
    const revoke = word(language, `撤销令牌“${name}”`, `Revoke the token “${name}”`);
    await page.getByRole('button', { name: revoke }).click();
    const sure = page.getByRole('alertdialog');
    await sure.getByRole('button', { name: word(language, '撤销', 'Revoke'), exact: true }).click();
    await expect(page.getByRole('row', { name })).toHaveCount(0);
    expect((await request.get('/api/slides', { headers })).status()).toBe(401);
  });
}
