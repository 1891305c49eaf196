import type { SlideFile } from '../../shared/bytes/byte-source.ts';
import { planPyramid } from '../../shared/slide-format/plan-pyramid.ts';
import type { AssociatedKind, Mpp, SlideProperties } from '../../shared/slide/slide.ts';
import type { DecodePool } from '../imaging/decode-pool.ts';
import type { OpenSlideFindings } from '../imaging/decode-protocol.ts';
import { layOutForOpenSlide } from './openslide-folder.ts';

export interface OpenOriginalDeps {
  readonly decode: DecodePool;
  /** Where slides for libopenslide are laid out under their own names. */
  readonly scratchFolder: string;
}

/** What an original was understood as. */
export type OriginalFindings =
  | { readonly kind: 'tiled'; readonly properties: SlideProperties }
  | { readonly kind: 'flat' };

/** A directory that takes longer was made to. */
const OPEN_TIMEOUT_MS = 20_000;
/** libopenslide reads whatever it likes; on a cold disk that takes its time. */
const LIBRARY_TIMEOUT_MS = 60_000;

const ASSOCIATED: readonly AssociatedKind[] = ['label', 'macro', 'thumbnail'];

function positive(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : null;
}

function mppOf(properties: OpenSlideFindings['properties']): Mpp | null {
  const x = positive(properties['openslide.mpp-x']);
  const y = positive(properties['openslide.mpp-y']);
  return x === null || y === null ? null : { x, y };
}

function backgroundOf(properties: OpenSlideFindings['properties']) {
  const value = Number.parseInt(properties['openslide.background-color'] ?? 'ffffff', 16);
  return { r: (value >> 16) & 255, g: (value >> 8) & 255, b: value & 255 };
}

/** What libopenslide says of a slide, in our words. Levels have no tiles of their own: all are composed. */
export function describeByLibrary(findings: OpenSlideFindings): SlideProperties {
  const { vendor, levels, properties, associated } = findings;
  const shapes = levels.map((level) => ({ ...level, tileWidthPx: 1, tileHeightPx: 1 }));
  return {
    format: `openslide-${vendor}`,
    vendor,
    scanner: null,
    compression: 'OpenSlide',
    mpp: mppOf(properties),
    objectivePower: positive(properties['openslide.objective-power']),
    scannedAt: null,
    iccProfile: null,
    background: backgroundOf(properties),
    pyramid: planPyramid({ levels: shapes }),
    associated: ASSOCIATED.flatMap((kind) => {
      const image = associated.find(({ name }) => name === kind);
      return image === undefined
        ? []
        : [{ kind, widthPx: image.widthPx, heightPx: image.heightPx }];
    }),
    notes: [],
  };
}

/**
 * Reads what files say of themselves while they are sent. undefined: a flat picture, or one for libopenslide,
 * which reads whatever it likes: those wait until all is there.
 * @throws AppError 'format.*', 'tile.not-arrived'
 */
export async function openArrivingOriginal(
  { decode }: Pick<OpenOriginalDeps, 'decode'>,
  files: readonly SlideFile[],
): Promise<SlideProperties | undefined> {
  const found = await openInProcess(decode, files);
  return found.kind === 'pyramid' ? found.properties : undefined;
}

function openInProcess(decode: DecodePool, files: readonly SlideFile[]) {
  return decode.run(
    { kind: 'open', files: files.map(({ path, source }) => ({ path, size: source.size })) },
    { files: files.map(({ source }) => source), timeoutMs: OPEN_TIMEOUT_MS },
  );
}

/**
 * Reads what slide files say of themselves, in a decode process and with a deadline: whatever is in them,
 * the server goes on.
 * @param key of the folder that libopenslide needs for the moment; unique to this call
 * @throws AppError 'format.*'
 */
export async function openOriginal(
  { decode, scratchFolder }: OpenOriginalDeps,
  files: readonly SlideFile[],
  key: string,
): Promise<OriginalFindings> {
  const found = await openInProcess(decode, files);
  switch (found.kind) {
    case 'pyramid':
      return { kind: 'tiled', properties: found.properties };
    case 'flat':
      return { kind: 'flat' };
    case 'openslide': {
      const { path, remove } = await layOutForOpenSlide(scratchFolder, key, files);
      try {
        const findings = await decode.run(
          { kind: 'openslide-open', path, vendor: found.vendor },
          { timeoutMs: LIBRARY_TIMEOUT_MS },
        );
        return { kind: 'tiled', properties: describeByLibrary(findings) };
      } finally {
        await remove();
      }
    }
  }
}
