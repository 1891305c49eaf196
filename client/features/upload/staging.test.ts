import { describe, expect, test } from 'vitest';
import { groupSlideFiles } from '../../api/upload/group-slide-files.ts';
import { previewLocalSlide } from '../../api/upload/preview-local-slide.ts';
import type { LocalFile, LocalPreview, LocalSlide } from '../../api/upload/upload-item.ts';
import { mayBeSent } from './staged-slide.ts';
import { createStaging, type StagingNeeds } from './staging.ts';

const letter = (path: string): LocalFile => ({ path, file: new File(['a letter'], path) });

const NEEDS: StagingNeeds = {
  group: groupSlideFiles,
  takeUp: (slides) => Promise.resolve(slides),
  preview: previewLocalSlide,
};

function flatPreview(onDispose: () => void): LocalPreview {
  const about = { codec: 'jpeg', widthPx: 1, heightPx: 1, thumbnailUrl: null, warnings: [] };
  return { kind: 'flat', ...about, dispose: onDispose };
}

const keysOf = ({ state }: ReturnType<typeof createStaging>) =>
  state().staged.map(({ key }) => key);

describe('what was chosen and not yet sent', () => {
  test('a file that will not open is refused by name and sent only when the technician insists', async () => {
    const staging = createStaging(NEEDS);
    await staging.add([letter('a.svs')]);
    const [one] = staging.state().staged;
    expect(one?.preview).toMatchObject({ kind: 'refused', code: 'format.unknown' });
    expect(staging.state().staged.filter(mayBeSent)).toEqual([]);
    staging.insist(one?.key ?? '', true);
    expect(staging.state().staged.filter(mayBeSent)).toHaveLength(1);
    staging.rename(one?.key ?? '', ' ');
    expect(staging.state().staged.filter(mayBeSent)).toEqual([]);
  });

  test('the same files again are one slide, also when it was renamed', async () => {
    const staging = createStaging(NEEDS);
    const file = letter('a.svs');
    await staging.add([file]);
    staging.rename(keysOf(staging)[0] ?? '', 'A1 HE');
    await staging.add([file, letter('.hidden')]);
    expect(staging.state().staged.map(({ slide }) => slide.name)).toEqual(['A1 HE']);
    expect(staging.state().ignored).toEqual(['.hidden']);
  });

  test('what an interrupted upload waits for is not staged again', async () => {
    const takeUp = (slides: readonly LocalSlide[]) =>
      Promise.resolve(slides.filter(({ name }) => name !== 'lost'));
    const staging = createStaging({ ...NEEDS, takeUp });
    await staging.add([letter('lost.svs'), letter('new.svs')]);
    expect(staging.state()).toMatchObject({
      takenUp: ['lost'],
      staged: [{ slide: { name: 'new' } }],
    });
  });

  test('a preview that comes after its slide was removed is freed', async () => {
    let give: (preview: LocalPreview) => void = () => undefined;
    const preview = () => new Promise<LocalPreview>((resolve) => (give = resolve));
    const staging = createStaging({ ...NEEDS, preview });
    const adding = staging.add([letter('a.svs')]);
    await expect.poll(() => keysOf(staging).length).toBe(1);
    staging.clear();
    let freed = 0;
    give(flatPreview(() => (freed += 1)));
    await adding;
    expect(freed).toBe(1);
    expect(staging.state()).toMatchObject({ staged: [], reading: 0 });
  });

  test('a drop that cannot be read is said, and the next one is read', async () => {
    const staging = createStaging(NEEDS);
    await staging.add(Promise.reject(new Error('the folder is gone')));
    expect(staging.state()).toMatchObject({ reading: 0, error: { message: 'the folder is gone' } });
    await staging.add([letter('a.svs')]);
    expect(staging.state()).toMatchObject({ error: null, staged: [{ slide: { name: 'a' } }] });
  });
});
