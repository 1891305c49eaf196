import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { screenToSlide, type ViewState } from '../../shared/geometry/view-state.ts';
import { boxBetween, viewOfBox } from '../../shared/geometry/box-corners.ts';
import { screenPoint } from '../../shared/geometry/spaces.ts';
import { formatView } from '../../shared/geometry/view-state.ts';
import type { Rescan } from '../../shared/rescan/rescan.ts';
import type { SlideSummary } from '../../shared/slide/slide.ts';
import { expect, test, word } from './product.ts';
import { demoSlide, inAddress, openViewer, pane, untilComplete, viewIn } from './viewer-bench.ts';

let lent: SlideSummary;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async ({ browser }) => {
  lent = await demoSlide(browser, 'Colonic adenocarcinoma, H&E');
});
// A test that failed before must not be seen by the next one.
test.beforeEach(async ({ as }) => {
  for (const person of ['expert', 'pathologist'] as const) await takeBack(await as(person));
});

const TURNED: ViewState = { x: 2_000, y: 1_500, pxPerScreenPx: 1.5, rotation: 30, flip: true };

async function paneBox(page: Page) {
  const box = await pane(page).boundingBox();
  if (box === null) throw new Error('no pane');
  return box;
}

/** The requests about the slide, newest first, as the reader's server has them. */
async function rescansOf(page: Page): Promise<readonly Rescan[]> {
  const reply = await page.request.get(`/api/slides/${lent.id}/rescans`);
  expect(reply.ok()).toBe(true);
  return (await reply.json()) as Rescan[];
}

async function openTurned(page: Page, view: ViewState = TURNED): Promise<void> {
  await openViewer(page, lent.id, inAddress(view));
  await untilComplete(page);
}

async function beginBox(page: Page): Promise<void> {
  await pane(page).focus();
  await page.keyboard.press('Shift+Q');
  await expect(page.getByTestId('rescan-surface')).toBeFocused();
}

async function sendForm(page: Page, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /原因|Reason/ }).click();
  await page.getByRole('option', { name: reason }).click();
  await dialog.getByRole('button', { name: /发送请求|^Send$/ }).click();
  await expect(dialog).toHaveCount(0);
}

function expectSameBox(found: Rescan | undefined, wanted: ReturnType<typeof boxBetween>): void {
  if (found?.box === null || found === undefined || wanted === null) throw new Error('no box');
  for (const key of ['x', 'y', 'widthPx', 'heightPx', 'rotation'] as const) {
    expect(found.box[key], key).toBeCloseTo(wanted[key], 6);
  }
}

const VIEWS: readonly ViewState[] = [
  { ...TURNED, rotation: 0, flip: false },
  { ...TURNED, rotation: 0, flip: true },
  { ...TURNED, rotation: 90, flip: false, pxPerScreenPx: 0.5 },
  { ...TURNED, rotation: 217.5, flip: true, pxPerScreenPx: 3 },
];

for (const view of VIEWS) {
  test(`a box that is dragged at ${view.rotation}°${view.flip ? ', flipped,' : ''} is stored as analytic geometry has it`, async ({
    as,
  }) => {
    const page = await as('expert');
    await openTurned(page, view);
    await beginBox(page);
    const { x, y, width, height } = await paneBox(page);
    await page.mouse.move(x + 210, y + 150);
    await page.mouse.down();
    await page.mouse.move(x + 300, y + 210);
    await page.mouse.move(x + 390, y + 260);
    await page.mouse.up();
    await sendForm(page, '对焦不准');
    const size = { widthPx: width, heightPx: height };
    const at = (sx: number, sy: number) => screenToSlide(view, size, screenPoint(sx, sy));
    const [newest] = await rescansOf(page);
    expectSameBox(newest, boxBetween(at(210, 150), at(390, 260), view.rotation));
    expect(newest?.view).toEqual(view);
    await expect(page.getByTestId('rescan-marks').locator('polygon').first()).toBeVisible();
  });
}

/** Leaves nothing behind for the next test. */
async function takeBack(page: Page): Promise<void> {
  for (const { id, state } of await rescansOf(page)) {
    if (state.kind !== 'asked' && state.kind !== 'will-rescan') continue;
    await page.request.post(`/api/slides/${lent.id}/rescans/${id}/withdraw`, {
      headers: { 'X-Farscope': '1' },
    });
  }
}

test('by touch too, and by the keyboard alone', async ({ as }) => {
  const page = await as('expert');
  await openTurned(page);
  await beginBox(page);
  const { x, y, width, height } = await paneBox(page);
  const size = { widthPx: width, heightPx: height };
  const at = (sx: number, sy: number) => screenToSlide(TURNED, size, screenPoint(sx, sy));
  const touch = await page.context().newCDPSession(page);
  const points = (px: number, py: number) => [{ x: x + px, y: y + py }];
  const say = (
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    touchPoints: { x: number; y: number }[],
  ) => touch.send('Input.dispatchTouchEvent', { type, touchPoints });
  await say('touchStart', points(120, 100));
  await say('touchMove', points(180, 140));
  await say('touchMove', points(260, 180));
  await say('touchEnd', []);
  await sendForm(page, '组织未扫全');
  expectSameBox(
    (await rescansOf(page))[0],
    boxBetween(at(120, 100), at(260, 180), TURNED.rotation),
  );

  await beginBox(page);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const view = { ...TURNED };
  await expect.poll(() => viewIn(page).x).not.toBe(view.x);
  await page.waitForTimeout(900); // the glide has come to rest, and the address is written
  const moved = viewIn(page);
  await page.keyboard.press('Enter');
  await sendForm(page, '笔迹或气泡');
  const middle = screenPoint(width / 2, height / 2);
  const wanted = boxBetween(
    screenToSlide(TURNED, size, middle),
    screenToSlide(moved, size, middle),
    TURNED.rotation,
  );
  expectSameBox((await rescansOf(page))[0], wanted);
});

test('two clicks on opposite corners make a box, Escape makes none', async ({ as }) => {
  const page = await as('expert', { language: 'en' });
  await openTurned(page);
  await beginBox(page);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('rescan-surface')).toHaveCount(0);
  await beginBox(page);
  const { x, y } = await paneBox(page);
  await page.mouse.click(x + 300, y + 200);
  await expect(page.getByText('Click the opposite corner')).toBeVisible();
  await page.mouse.click(x + 200, y + 100);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(dialog.getByText('Choose a reason.').first()).toBeVisible();
  await dialog.getByRole('button', { name: /Reason/ }).click();
  await page.getByRole('option', { name: 'Other' }).click();
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(dialog.getByText('Say what is wrong.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect((await rescansOf(page)).filter(({ state }) => state.kind === 'asked')).toEqual([]);
});

test('the technician receives the box at once and after a reload, opens exactly there, answers, and the reader sees it', async ({
  as,
}) => {
  const technician = await as('technician');
  await technician.goto('/upload');
  await technician.getByRole('heading', { name: '上传切片' }).waitFor();
  const reader = await as('expert', { language: 'en' });
  await openTurned(reader);
  await beginBox(reader);
  const { x, y } = await paneBox(reader);
  await reader.mouse.move(x + 200, y + 120);
  await reader.mouse.down();
  await reader.mouse.move(x + 420, y + 280);
  await reader.mouse.up();
  await sendForm(reader, 'Stitching fault');

  const card = technician.getByTestId('rescan-card');
  await expect(card).toHaveCount(1);
  await expect(card).toContainText('拼接错位');
  await expect(card).toContainText('演示会诊专家 Demo expert（示范省级医院）');
  await expect(card.getByTestId('map-box')).toBeVisible();
  await technician.reload();
  await expect(card).toContainText('拼接错位');

  const [asked] = await rescansOf(reader);
  if (asked === undefined || asked.box === null) throw new Error('nothing was asked');
  await card.getByRole('link', { name: /^打开并定位：/ }).click();
  await expect(pane(technician)).toBeVisible();
  expect(viewIn(technician)).toEqual(viewOfBox(asked.box, asked.view));
  expect(new URL(technician.url()).searchParams.get('view')).toBe(
    formatView(viewOfBox(asked.box, asked.view)),
  );
  await expect(
    technician.getByTestId('rescan-marks').locator(`[data-rescan="${asked.id}"]`),
  ).toBeVisible();
  await technician.goBack();

  await card.getByRole('button', { name: '将重新扫描' }).click();
  const tool = reader.getByRole('button', { name: /rescan request/ });
  await tool.click();
  const item = reader.getByTestId('rescan-item').first();
  await expect(item).toContainText('will scan it again');
  await card.getByRole('button', { name: '无法重扫…' }).click();
  const dialog = technician.getByRole('dialog');
  await dialog.getByRole('button', { name: '发送' }).click();
  await expect(dialog.getByText('请写明原因。')).toBeVisible();
  await dialog.getByLabel('原因').fill('玻片已寄回');
  await dialog.getByRole('button', { name: '发送' }).click();
  await expect(card).toHaveCount(0);
  await expect(item).toContainText('cannot scan it again: 玻片已寄回');
});

test('"done" names the slide that replaces it', async ({ as }) => {
  const reader = await as('pathologist', { language: 'en' });
  await openTurned(reader);
  await reader.getByRole('button', { name: 'Ask for a rescan' }).click();
  await reader.getByRole('button', { name: 'Draw a box and ask' }).click();
  const { x, y } = await paneBox(reader);
  await reader.mouse.move(x + 250, y + 150);
  await reader.mouse.down();
  await reader.mouse.move(x + 350, y + 250);
  await reader.mouse.up();
  await reader.getByRole('button', { name: 'The whole slide instead' }).click();
  await sendForm(reader, 'Wrong slide or label');

  const technician = await as('technician', { language: 'en' });
  await technician.goto('/upload');
  const card = technician.getByTestId('rescan-card');
  await expect(card).toContainText('The whole slide');
  await card.getByRole('button', { name: 'Done…' }).click();
  const dialog = technician.getByRole('dialog');
  await dialog.getByRole('button', { name: /New slide/ }).press('ArrowDown');
  const option = technician.getByRole('option').first();
  const name = (await option.locator('.ui-list-item-text').textContent()) ?? '';
  await option.click();
  await dialog.getByRole('button', { name: 'Send' }).click();
  await expect(card).toHaveCount(0);
  await reader
    .getByRole('button', { name: /rescan/ })
    .first()
    .click();
  await expect(reader.getByTestId('rescan-item').first()).toContainText(name);
  await expect(reader.getByRole('button', { name: 'Open the new slide' })).toBeVisible();
});

test('readers see each other while they look, and are told that the uploader sees them', async ({
  as,
}) => {
  const first = await as('pathologist', { language: 'en' });
  const second = await as('expert', { language: 'zh' });
  await openTurned(first);
  await expect(first.getByTestId('who-looks')).toContainText('Seen by the uploader');
  await openTurned(second);
  await expect(first.getByTestId('who-looks')).toContainText('演示会诊专家');
  await expect(second.getByTestId('who-looks')).toContainText(
    '演示病理医师 Demo pathologist（示范县医院） 也在阅片',
  );
  for (const state of ['hidden', 'visible'] as const) {
    await second.evaluate((wanted) => {
      Object.defineProperty(document, 'visibilityState', { value: wanted, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
    const sees = expect(first.getByTestId('who-looks'));
    await (state === 'hidden' ? sees.not : sees).toContainText('演示会诊专家');
  }
  await second.goto('/slides');
  await expect(first.getByTestId('who-looks')).not.toContainText('演示会诊专家');
});

interface Shown {
  readonly title: string;
  readonly body: string | undefined;
}

/** A desktop that allows notifications, and that nobody looks at. */
function watchNotifications(): void {
  const shown: Shown[] = [];
  class Recorded extends EventTarget {
    static readonly permission = 'granted';
    constructor(title: string, options?: NotificationOptions) {
      super();
      shown.push({ title, body: options?.body });
    }
  }
  Object.assign(window, { Notification: Recorded, shownNotifications: shown });
  document.hasFocus = () => false;
}

test('a technician who looks elsewhere is notified, without the name of a slide or a person', async ({
  as,
}) => {
  const technician = await as('technician', { language: 'en' });
  await technician.addInitScript(watchNotifications);
  await technician.goto('/upload');
  await technician.getByRole('heading', { name: 'Upload slides' }).waitFor();
  const shown = () =>
    technician.evaluate(
      () => (window as unknown as { shownNotifications: Shown[] }).shownNotifications,
    );
  const reader = await as('pathologist', { language: 'en' });
  await openTurned(reader);
  await beginBox(reader);
  const { x, y } = await paneBox(reader);
  await reader.mouse.click(x + 200, y + 120);
  await reader.mouse.click(x + 420, y + 280);
  await sendForm(reader, 'Stain too weak');
  await expect
    .poll(shown)
    .toEqual([{ title: 'A reader asks for a rescan', body: 'Stain too weak' }]);
  await expect(technician.getByText(/asks for a rescan of “/)).toBeVisible();
});

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function expectSound(page: Page): Promise<void> {
  // React Aria's announcement of a pending button outlives the button that it names, by seconds.
  const { violations } = await new AxeBuilder({ page })
    .withTags(TAGS)
    .exclude('[data-live-announcer]')
    .analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  expect(grave).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, 'no sideways scrolling at 1280 × 720').toBeLessThanOrEqual(0);
}

const LOOKS = [
  { language: 'zh', theme: 'light' },
  { language: 'en', theme: 'dark' },
] as const;

for (const look of LOOKS) {
  test(`nothing serious stands in the way of asking and answering, ${look.language}, ${look.theme}`, async ({
    as,
  }) => {
    const reader = await as('expert', look);
    await reader.emulateMedia({ reducedMotion: 'reduce' });
    await openTurned(reader);
    await beginBox(reader);
    await expectSound(reader);
    const { x, y } = await paneBox(reader);
    await reader.mouse.move(x + 200, y + 120);
    await reader.mouse.down();
    await reader.mouse.move(x + 420, y + 280);
    await reader.mouse.up();
    await reader.getByRole('dialog').waitFor();
    await expectSound(reader);
    await sendForm(reader, word(look.language, '对焦不准', 'Out of focus'));
    await reader.getByRole('button', { name: /重扫请求|rescan request/ }).click();
    await reader.getByTestId('rescan-item').first().waitFor();
    await expectSound(reader);

    const technician = await as('technician', look);
    await technician.emulateMedia({ reducedMotion: 'reduce' });
    await technician.goto('/upload');
    await technician.getByTestId('rescan-card').waitFor();
    await expectSound(technician);
    const cannot = word(look.language, '无法重扫…', 'Cannot…');
    await technician.getByRole('button', { name: cannot }).click();
    await technician.getByRole('dialog').waitFor();
    await expectSound(technician);
  });
}
