import koffi, { type LibraryHandle } from 'koffi';
import { AppError } from '../../shared/errors/app-error.ts';
import type { OpenSlideFindings } from './decode-protocol.ts';

/** OpenSlide 3.4 is .so.0, 4.x is .so.1; the functions used here are the same in both. */
const LIBRARIES = [
  'libopenslide.so.1',
  'libopenslide.so.0',
  'libopenslide.1.dylib',
  'libopenslide.0.dylib',
  'libopenslide-1.dll',
  'libopenslide-0.dll',
];

/** An opaque pointer, as koffi hands it about. */
type Handle = bigint | object;

/** The part of openslide.h that is used; koffi checks argument counts, these types check the rest. */
interface Binding {
  detectVendor(path: string): string | null;
  open(path: string): Handle | null;
  close(slide: Handle): void;
  error(slide: Handle): string | null;
  levelCount(slide: Handle): number;
  levelSize(slide: Handle, level: number, width: BigInt64Array, height: BigInt64Array): void;
  levelDownsample(slide: Handle, level: number): number;
  readRegion(
    slide: Handle,
    argb: Uint32Array,
    x: number,
    y: number,
    level: number,
    width: number,
    height: number,
  ): void;
  propertyNames(slide: Handle): unknown;
  property(slide: Handle, name: string): string | null;
  associatedNames(slide: Handle): unknown;
  associatedSize(slide: Handle, name: string, width: BigInt64Array, height: BigInt64Array): void;
  readAssociated(slide: Handle, name: string, argb: Uint32Array): void;
}

function bind(library: LibraryHandle): Binding {
  const define = (definition: string) => library.func(definition);
  return {
    detectVendor: define('const char *openslide_detect_vendor(const char *)'),
    open: define('void *openslide_open(const char *)'),
    close: define('void openslide_close(void *)'),
    error: define('const char *openslide_get_error(void *)'),
    levelCount: define('int32_t openslide_get_level_count(void *)'),
    levelSize: define('void openslide_get_level_dimensions(void *, int32_t, int64_t *, int64_t *)'),
    levelDownsample: define('double openslide_get_level_downsample(void *, int32_t)'),
    readRegion: define(
      'void openslide_read_region(void *, uint32_t *, int64_t, int64_t, int32_t, int64_t, int64_t)',
    ),
    propertyNames: define('void *openslide_get_property_names(void *)'),
    property: define('const char *openslide_get_property_value(void *, const char *)'),
    associatedNames: define('void *openslide_get_associated_image_names(void *)'),
    associatedSize: define(
      'void openslide_get_associated_image_dimensions(void *, const char *, int64_t *, int64_t *)',
    ),
    readAssociated: define(
      'void openslide_read_associated_image(void *, const char *, uint32_t *)',
    ),
  };
}

let bound: Binding | undefined;

/** @throws AppError 'format.needs-openslide' when the system has no libopenslide */
function binding(vendor: string): Binding {
  if (bound !== undefined) return bound;
  let lastCause: unknown;
  for (const name of LIBRARIES) {
    try {
      bound = bind(koffi.load(name));
      return bound;
    } catch (cause) {
      lastCause = cause;
    }
  }
  throw new AppError('format.needs-openslide', 'libopenslide could not be loaded', {
    cause: lastCause,
    fields: { vendor },
  });
}

/** libopenslide's lists of names end with a null pointer. */
function namesOf(list: unknown): string[] {
  const names: string[] = [];
  for (let index = 0; index < 1_000; index++) {
    const name: unknown = koffi.decode(list, index * koffi.sizeof('char *'), 'const char *');
    if (typeof name !== 'string') break;
    names.push(name);
  }
  return names;
}

/** Pixels as libopenslide gives them: one word each, alpha, red, green, blue, premultiplied. */
export interface ArgbPixels {
  readonly argb: Uint32Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A slide that libopenslide has open. Its calls block: only for a decode process. */
export interface OpenSlideHandle {
  readonly findings: OpenSlideFindings;
  /** x, y, width and height in pixels of the level. */
  readRegion(level: number, x: number, y: number, widthPx: number, heightPx: number): ArgbPixels;
  readAssociated(name: string): ArgbPixels;
  close(): void;
}

function sizeFrom(read: (width: BigInt64Array, height: BigInt64Array) => void) {
  const width = new BigInt64Array(1);
  const height = new BigInt64Array(1);
  read(width, height);
  return { widthPx: Number(width[0]), heightPx: Number(height[0]) };
}

function describe(lib: Binding, slide: Handle, vendor: string): OpenSlideFindings {
  const levels = Array.from({ length: lib.levelCount(slide) }, (_, level) => ({
    ...sizeFrom((width, height) => lib.levelSize(slide, level, width, height)),
    downsample: lib.levelDownsample(slide, level),
  }));
  const associated = namesOf(lib.associatedNames(slide)).map((name) => ({
    name,
    ...sizeFrom((width, height) => lib.associatedSize(slide, name, width, height)),
  }));
  const properties = Object.fromEntries(
    namesOf(lib.propertyNames(slide)).map((name) => [name, lib.property(slide, name) ?? '']),
  );
  return { vendor, levels, associated, properties };
}

/** Once a read has failed, libopenslide's handle is dead: every later call would give nothing. */
function assertHealthy(lib: Binding, slide: Handle): void {
  const error = lib.error(slide);
  if (error !== null) throw new AppError('tile.unreadable', `libopenslide: ${error}`);
}

/**
 * Opens a slide by the system's libopenslide.
 * @param vendor what the file is taken for, for the sentence that says what to install
 * @throws AppError 'format.needs-openslide', 'format.unknown', 'format.damaged'
 */
export function openWithLibrary(path: string, vendor: string): OpenSlideHandle {
  const lib = binding(vendor);
  const detected = lib.detectVendor(path);
  if (detected === null) throw new AppError('format.unknown', 'libopenslide does not know it');
  const slide = lib.open(path);
  if (slide === null) throw new AppError('format.unknown', 'libopenslide does not know it');
  const error = lib.error(slide);
  if (error !== null) {
    lib.close(slide);
    throw new AppError('format.damaged', `libopenslide: ${error}`, {
      fields: {
        reason: 'openslide',
        reasonZh: 'OpenSlide 无法读取该文件',
        reasonEn: 'OpenSlide cannot read it',
      },
    });
  }
  const findings = describe(lib, slide, detected);
  return {
    findings,
    readRegion: (level, x, y, widthPx, heightPx) => {
      const downsample = findings.levels[level]?.downsample ?? 1;
      const argb = new Uint32Array(widthPx * heightPx);
      const left = Math.round(x * downsample);
      const top = Math.round(y * downsample);
      lib.readRegion(slide, argb, left, top, level, widthPx, heightPx);
      assertHealthy(lib, slide);
      return { argb, widthPx, heightPx };
    },
    readAssociated: (name) => {
      const size = findings.associated.find((image) => image.name === name);
      if (size === undefined) throw new AppError('slide.no-associated-image', `no ${name}`);
      const argb = new Uint32Array(size.widthPx * size.heightPx);
      lib.readAssociated(slide, name, argb);
      assertHealthy(lib, slide);
      return { argb, widthPx: size.widthPx, heightPx: size.heightPx };
    },
    close: () => lib.close(slide),
  };
}
