import { AppError } from '../../../shared/errors/app-error.ts';
import type {
  GroupedFiles,
  LocalFile,
  LocalPreview,
  LocalSlide,
} from '../../api/upload/upload-item.ts';
import { disposePreview, stageSlide, type StagedSlide } from './staged-slide.ts';

export interface StagingNeeds {
  group(files: readonly LocalFile[]): Promise<GroupedFiles>;
  /** Takes those that an interrupted upload waits for; answers the others. */
  takeUp(slides: readonly LocalSlide[]): Promise<readonly LocalSlide[]>;
  preview(slide: LocalSlide): Promise<LocalPreview>;
}

export interface StagingState {
  readonly staged: readonly StagedSlide[];
  /** Paths of files that were left out. */
  readonly ignored: readonly string[];
  /** How many choices are being read. */
  readonly reading: number;
  /** Names of interrupted uploads that went on with a file of the last choice. */
  readonly takenUp: readonly string[];
  readonly error: unknown;
}

/** What was chosen, until it is sent. `state` is the same object until something changes. */
export interface Staging {
  readonly state: () => StagingState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Sorts files into slides and reads a preview of each, one after the other, on this computer. */
  add(files: Promise<readonly LocalFile[]> | readonly LocalFile[]): Promise<void>;
  rename(key: string, name: string): void;
  insist(key: string, sendAnyway: boolean): void;
  remove(keys: readonly string[]): void;
  /** Takes slides out whose previews somebody else now holds. */
  release(keys: readonly string[]): void;
  /** Forgets everything; a preview that is still being read is freed when it comes. */
  clear(): void;
}

const EMPTY: StagingState = { staged: [], ignored: [], reading: 0, takenUp: [], error: null };

/** A failure without a name is one of this page: said as such, and told to the console. */
async function previewOrRefusal(needs: StagingNeeds, slide: LocalSlide): Promise<LocalPreview> {
  try {
    return await needs.preview(slide);
  } catch (cause) {
    if (cause instanceof AppError) {
      return { kind: 'refused', code: cause.code, fields: cause.fields };
    }
    console.error('a preview failed', cause);
    return { kind: 'refused', code: 'screen.failed', fields: {} };
  }
}

interface Store {
  readonly needs: StagingNeeds;
  state: StagingState;
  readonly listeners: Set<() => void>;
}

function change(store: Store, part: Partial<StagingState>): void {
  store.state = { ...store.state, ...part };
  for (const listener of store.listeners) listener();
}

function changeOne(store: Store, key: string, part: Partial<StagedSlide>): void {
  const staged = store.state.staged.map((one) => (one.key === key ? { ...one, ...part } : one));
  change(store, { staged });
}

async function readPreview(store: Store, { key, slide }: StagedSlide): Promise<void> {
  const isStaged = () => store.state.staged.some((one) => one.key === key);
  if (!isStaged()) return;
  const preview = await previewOrRefusal(store.needs, slide);
  if (isStaged()) changeOne(store, key, { preview });
  else disposePreview(preview);
}

async function stageChosen(store: Store, files: readonly LocalFile[]): Promise<void> {
  const { slides, ignored } = await store.needs.group(files);
  const left = await store.needs.takeUp(slides);
  const takenUp = slides.filter((slide) => !left.includes(slide)).map(({ name }) => name);
  const known = new Set(store.state.staged.map(({ key }) => key));
  const added = left.map(stageSlide).filter(({ key }) => !known.has(key));
  change(store, { ignored, takenUp, staged: [...store.state.staged, ...added] });
  for (const one of added) await readPreview(store, one);
}

async function add(store: Store, chosen: Promise<readonly LocalFile[]> | readonly LocalFile[]) {
  change(store, { reading: store.state.reading + 1, error: null });
  try {
    await stageChosen(store, await chosen);
  } catch (error) {
    change(store, { error });
  } finally {
    change(store, { reading: store.state.reading - 1 });
  }
}

function remove(store: Store, keys: readonly string[]): void {
  const leaves = ({ key }: StagedSlide) => keys.includes(key);
  for (const { preview } of store.state.staged.filter(leaves)) disposePreview(preview);
  change(store, { staged: store.state.staged.filter((one) => !leaves(one)) });
}

/** Framework-free: the hook beside it only binds it to a screen. */
export function createStaging(needs: StagingNeeds): Staging {
  const store: Store = { needs, state: EMPTY, listeners: new Set() };
  return {
    state: () => store.state,
    subscribe: (listener) => {
      store.listeners.add(listener);
      return () => store.listeners.delete(listener);
    },
    add: (files) => add(store, files),
    rename: (key, name) => {
      const one = store.state.staged.find((candidate) => candidate.key === key);
      if (one !== undefined) changeOne(store, key, { slide: { ...one.slide, name } });
    },
    insist: (key, sendAnyway) => changeOne(store, key, { sendAnyway }),
    remove: (keys) => remove(store, keys),
    release: (keys) =>
      change(store, { staged: store.state.staged.filter(({ key }) => !keys.includes(key)) }),
    clear: () => {
      const keys = store.state.staged.map(({ key }) => key);
      remove(store, keys);
      change(store, { ignored: [], takenUp: [], error: null });
    },
  };
}
