import { expect, LANGUAGES, passwordOf, test, word } from './product.ts';

for (const language of LANGUAGES) {
  const say = (zh: string, en: string) => word(language, zh, en);

  test(`a wrong password is answered with a sentence and what to do next (${language})`, async ({
    as,
  }) => {
    const page = await as(null, { language });
    await page.goto('/sign-in');
    await page.getByLabel(say('用户名', 'User name')).fill('nobody-here');
    await page.getByLabel(say('密码', 'Password')).fill('not the password');
    await page.getByRole('button', { name: say('登录', 'Sign in'), exact: true }).click();
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(say('用户名或密码不正确。', 'is not right.'));
    await expect(alert).toContainText(say('请求编号', 'Request number'));
  });

  test(`a form sent empty marks its fields (${language})`, async ({ as }) => {
    const page = await as(null, { language });
    await page.goto('/sign-in');
    await page.getByRole('button', { name: say('登录', 'Sign in'), exact: true }).click();
    await expect(page.getByText(say('请输入用户名。', 'Enter your user name.'))).toBeVisible();
    await expect(page.getByLabel(say('用户名', 'User name'))).toHaveAttribute(
      'aria-invalid',
      'true',
    );
  });

  test(`one click on a demo card signs in, and signing out ends it (${language})`, async ({
    as,
  }) => {
    const page = await as(null, { language });
    await page.goto('/');
    await expect(page).toHaveURL(/\/sign-in/);
    await page.getByRole('button', { name: say('协调员', 'Coordinator') }).click();
    await expect(
      page.getByRole('heading', { name: say('切片', 'Slides'), level: 1 }),
    ).toBeVisible();
    await page.getByRole('button', { name: say('账户菜单', 'Account menu') }).click();
    await page.getByRole('menuitem', { name: say('退出登录', 'Sign out') }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    await page.goto('/slides');
    await expect(page).toHaveURL(/\/sign-in/);
  });
}

test('the language and the theme are chosen before signing in and stay chosen', async ({ as }) => {
  const page = await as(null, { language: 'zh' });
  await page.goto('/sign-in');
  await page.getByRole('button', { name: '切换到 English' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('signing in leads to the page that was asked for, never to another site', async ({ as }) => {
  const page = await as(null);
  await page.goto('/profile');
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await page.getByLabel('用户名').fill('expert');
  await page.getByLabel('密码').fill(passwordOf('expert'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '个人设置' })).toBeVisible();

  const stranger = await as(null);
  await stranger.goto('/sign-in?to=//example.org/');
  await stranger.getByLabel('用户名').fill('expert');
  await stranger.getByLabel('密码').fill(passwordOf('expert'));
  await stranger.keyboard.press('Enter');
  await expect(stranger).toHaveURL(/\/slides$/);
});

test('with the keyboard alone a reader signs in and opens a slide', async ({ as }) => {
  const page = await as(null);
  await page.goto('/sign-in');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  const tabTo = async (name: string | RegExp, role: 'textbox' | 'row') => {
    const wanted = page.getByRole(role, { name }).first();
    await wanted.waitFor();
    for (let step = 0; step < 40; step += 1) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${String(name)}`);
  };
  await tabTo('用户名', 'textbox');
  await page.keyboard.type('pathologist');
  await page.keyboard.press('Tab');
  await page.keyboard.type(passwordOf('pathologist'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '切片', level: 1 })).toBeVisible();
  await tabTo(/./, 'row');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/slides\/[0-9a-f-]{36}/);
  await expect(page.locator('canvas').first()).toBeVisible();
});

test('a server that is gone is said in words, and the page goes on when it is back', async ({
  as,
}) => {
  const page = await as('expert');
  await page.goto('/slides');
  await expect(page.getByRole('grid')).toBeVisible();
  await page.route('**/api/**', (route) => route.abort('connectionrefused'));
  await page.getByRole('searchbox').fill('nothing like this');
  await expect(page.getByText('无法连接到服务器。').first()).toBeVisible();
  await page.unroute('**/api/**');
  await page.getByRole('button', { name: '重试' }).first().click();
  await expect(page.getByText('没有匹配的切片')).toBeVisible();
});

test('a sign-in that ended elsewhere leads to the sign-in page, and back to where the reader was', async ({
  as,
}) => {
  const page = await as('expert');
  await page.goto('/slides?q=Ki-67');
  await expect(page.getByRole('row').first()).toBeVisible();
  await page.context().clearCookies();
  await page.getByRole('searchbox').fill('Ki');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await page.getByRole('button', { name: '会诊专家' }).click();
  await expect(page.getByRole('searchbox')).toHaveValue(/^Ki/);
});
