import { Secret, TOTP } from 'otpauth';
import { expect, LANGUAGES, test, word } from './product.ts';

for (const language of LANGUAGES) {
  const say = (zh: string, en: string) => word(language, zh, en);

  test(`an account is made, edited, disabled and enabled again (${language})`, async ({ as }) => {
    const page = await as('admin', { language });
    const username = `colleague-${language}`;
    await page.goto('/accounts');
    await page.getByRole('button', { name: say('新建账户', 'New account') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: say('新建账户', 'New account') }).click();
    await expect(dialog.getByText(say('请选择角色。', 'Choose a role.'))).toBeVisible();
    await dialog.getByLabel(say('姓名', 'Name'), { exact: true }).fill('Colleague');
    await dialog.getByLabel(say('用户名', 'User name')).fill(username);
    await dialog.getByRole('button', { name: say('角色', 'Role') }).click();
    await page.getByRole('option', { name: say('技术员', 'Technician') }).click();
    await dialog.getByRole('button', { name: say('医院', 'Hospital') }).click();
    await page.getByRole('option', { name: say('示范县医院', 'Demo County Hospital') }).click();
    await dialog.getByRole('button', { name: say('新建账户', 'New account') }).click();
    const once = page.getByRole('alertdialog');
    await expect(once.locator('code')).toHaveText(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    await once.getByRole('button', { name: say('我已记下', 'I have noted it') }).click();

    await page.getByRole('searchbox').fill(username);
    const row = page.getByRole('row').filter({ hasText: username });
    await expect(row).toContainText(say('待改初始密码', 'First password due'));
    await row.getByRole('button').click();
    await page.getByRole('menuitem', { name: say('编辑', 'Edit') }).click();
    await dialog.getByLabel(say('姓名', 'Name'), { exact: true }).fill('Renamed');
    await dialog.getByRole('button', { name: say('保存', 'Save') }).click();
    await expect(row).toContainText('Renamed');
    await row.getByRole('button').click();
    await page.getByRole('menuitem', { name: say('停用', 'Disable') }).click();
    await once.getByRole('button', { name: say('停用', 'Disable') }).click();
    await expect(row).toContainText(say('已停用', 'Disabled'));
    await row.getByRole('button').click();
    await page.getByRole('menuitem', { name: say('启用', 'Enable') }).click();
    await expect(row).not.toContainText(say('已停用', 'Disabled'));
  });
}

test('a new colleague changes the first password, sets up a second factor and signs in with it', async ({
  as,
}) => {
  const admin = await as('admin');
  await admin.goto('/accounts');
  await admin.getByRole('button', { name: '新建账户' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('姓名', { exact: true }).fill('新同事');
  await dialog.getByLabel('用户名').fill('second-factor');
  await dialog.getByRole('button', { name: '角色' }).click();
  await admin.getByRole('option', { name: '病理医师' }).click();
  await dialog.getByRole('button', { name: '医院' }).click();
  await admin.getByRole('option', { name: '示范县医院' }).click();
  await dialog.getByRole('button', { name: '新建账户' }).click();
  const first = (await admin.getByRole('alertdialog').locator('code').textContent()) ?? '';

  const page = await as(null);
  const signIn = async (password: string) => {
    await page.getByLabel('用户名').fill('second-factor');
    await page.getByLabel('密码').fill(password);
    await page.keyboard.press('Enter');
  };
  await page.goto('/sign-in');
  await signIn(first);
  await expect(page.getByRole('heading', { name: '设置新密码' })).toBeVisible();
  await page.goto('/slides');
  await expect(page).toHaveURL(/\/first-password$/);
  const next = 'a long phrase of my own';
  await page.getByLabel('初始密码').fill(first);
  await page.getByLabel('新密码', { exact: true }).fill(next);
  await page.getByLabel('再次输入新密码').fill('another phrase');
  await page.getByRole('button', { name: '保存并继续' }).click();
  await expect(page.getByText('两次输入的密码不一致。')).toBeVisible();
  await page.getByLabel('再次输入新密码').fill(next);
  await page.getByRole('button', { name: '保存并继续' }).click();
  await expect(page).toHaveURL(/\/slides$/);

  await page.goto('/profile');
  await page.getByRole('button', { name: '启用两步验证' }).click();
  await page.getByRole('dialog').getByLabel('当前密码').fill(next);
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByRole('img', { name: '两步验证二维码' })).toBeVisible();
  const secret = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
  const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) });
  await page.getByLabel('6 位验证码').fill(totp.generate());
  await page.getByRole('button', { name: '确认启用' }).click();
  await expect(page.getByRole('button', { name: '停用两步验证' })).toBeVisible();

  await page.getByRole('button', { name: '账户菜单' }).click();
  await page.getByRole('menuitem', { name: '退出登录' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await signIn(next);
  await expect(page.getByRole('heading', { name: '动态验证码' })).toBeVisible();
  await page.getByLabel('6 位验证码').fill('000000');
  await page.getByRole('button', { name: '验证并登录' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  // The code that confirmed the factor is spent: the next one of the series is taken.
  const later = totp.generate({ timestamp: Date.now() + 30_000 });
  await page.getByLabel('6 位验证码').fill(later);
  await page.getByRole('button', { name: '验证并登录' }).click();
  await expect(page.getByRole('heading', { name: '切片', level: 1 })).toBeVisible();
});

test('a hospital is added, renamed and disabled', async ({ as }) => {
  const page = await as('admin', { language: 'en' });
  await page.goto('/hospitals');
  await page.getByRole('button', { name: 'Add hospital' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Code').fill('not a code');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Enter a name of 1 to 100 characters.').first()).toBeVisible();
  await dialog.getByLabel('Code').fill('TEST-1');
  await dialog.getByLabel('Chinese name').fill('测试医院');
  await dialog.getByLabel('English name').fill('Test Hospital');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row').filter({ hasText: 'TEST-1' });
  await expect(row).toBeVisible();
  await row.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await dialog.getByLabel('English name').fill('Test Hospital Two');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('Test Hospital Two');
  await row.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Disable' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
});
