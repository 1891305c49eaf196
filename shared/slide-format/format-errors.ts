import { AppError, type ErrorFields } from '../errors/app-error.ts';

interface Words {
  readonly zh: string;
  readonly en: string;
}

/** How a file can be damaged, in words that fill the sentence of 'format.damaged'. */
const DAMAGE = {
  'directory-loop': { zh: 'TIFF 目录形成循环', en: 'its TIFF directories form a loop' },
  'directory-invalid': { zh: 'TIFF 目录无效', en: 'a TIFF directory makes no sense' },
  'no-image': { zh: '文件中没有图像', en: 'there is no image in it' },
  'tag-missing': { zh: '缺少必要的 TIFF 标签', en: 'a TIFF tag that is needed is missing' },
  'tag-invalid': { zh: 'TIFF 标签的值无效', en: 'a TIFF tag has an impossible value' },
  'size-invalid': { zh: '图像尺寸无效', en: 'the size of an image is impossible' },
  'tile-table-short': { zh: '图块索引不完整', en: 'the index of tiles is incomplete' },
  'tile-not-jpeg': { zh: '图块不是 JPEG 数据', en: 'a tile is not JPEG data' },
  'jpeg-invalid': { zh: 'JPEG 头无效', en: 'a JPEG header makes no sense' },
  'jpeg-size-differs': {
    zh: 'JPEG 尺寸与目录不符',
    en: 'a JPEG differs in size from what the directory says',
  },
  'restart-markers': { zh: 'JPEG 重启标记不一致', en: 'the restart markers of a JPEG do not fit' },
  'xml-invalid': { zh: 'XML 元数据无效', en: 'its XML metadata is not well-formed' },
  'metadata-missing': { zh: '缺少必要的元数据', en: 'metadata that is needed is missing' },
  'dicom-invalid': { zh: 'DICOM 数据集无效', en: 'a DICOM data set makes no sense' },
  'frames-missing': { zh: 'DICOM 帧不完整', en: 'frames of the DICOM image are missing' },
  'picture-header': { zh: '图片文件头无效', en: 'the header of the picture makes no sense' },
} as const satisfies Record<string, Words>;

export type Damage = keyof typeof DAMAGE;

/** What is understood but cannot be shown rightly, in words that fill 'format.unsupported-layout'. */
const LAYOUTS = {
  'several-channels': { zh: '多个荧光通道', en: 'several channels' },
  'several-planes': { zh: '多个焦平面（Z 层）或时间点', en: 'several focal planes or time points' },
  'several-regions': { zh: '多个独立扫描区域', en: 'several separate scan areas' },
  'bit-depth': { zh: '每通道不是 8 位无符号', en: 'samples that are not unsigned 8-bit' },
  'sample-count': {
    zh: '通道数不是 1、3 或 4',
    en: 'a number of samples a pixel that is not 1, 3 or 4',
  },
  'separate-planes': {
    zh: '颜色通道分开存储的分块金字塔',
    en: 'a pyramid whose colour planes are stored apart',
  },
  'colour-model': { zh: '颜色模型（CMYK、Lab 等）', en: 'its colour model (CMYK, Lab or another)' },
  'overlapping-tiles': { zh: '图块之间有重叠', en: 'tiles that overlap' },
  'several-files': { zh: '图像数据在其他文件中', en: 'image data in other files' },
  'several-slides': { zh: '一次选择了多张切片', en: 'several slides at once' },
  'irregular-tiles': { zh: '图块不在规则网格上', en: 'tiles that lie off a regular grid' },
  'segmented-frames': { zh: '帧分散在不规则的片段中', en: 'frames in irregular fragments' },
  'not-a-slide': { zh: '不是全切片图像', en: 'not a whole-slide image' },
  'huge-stripes': { zh: '超大且未分块的条带', en: 'stripes that are too large to read apart' },
} as const satisfies Record<string, Words>;

export type UnsupportedLayout = keyof typeof LAYOUTS;

const SIZES = {
  directories: { zh: 'TIFF 目录过多', en: 'too many TIFF directories' },
  tags: { zh: 'TIFF 标签过多', en: 'too many TIFF tags' },
  allocation: { zh: '文件头要求的内存过大', en: 'its header asks for too much memory' },
  level: { zh: '图像边长过大', en: 'the side of an image' },
  tile: { zh: '图块过大', en: 'the size of a tile' },
  picture: { zh: '图片像素数过多', en: 'the number of pixels' },
  text: { zh: '元数据过大', en: 'the size of its metadata' },
  nesting: { zh: '嵌套过深', en: 'the depth of nesting' },
  pieces: { zh: '片段过多', en: 'the number of fragments' },
  files: { zh: '文件过多', en: 'the number of files' },
} as const satisfies Record<string, Words>;

export type Oversize = keyof typeof SIZES;

export function damaged(damage: Damage, detail: string, cause?: unknown): AppError {
  const { zh, en } = DAMAGE[damage];
  return new AppError('format.damaged', `${en}: ${detail}`, {
    cause,
    fields: { reason: damage, reasonZh: zh, reasonEn: en },
  });
}

export function unsupportedLayout(layout: UnsupportedLayout, detail = ''): AppError {
  const { zh, en } = LAYOUTS[layout];
  return new AppError('format.unsupported-layout', `${en} ${detail}`.trim(), {
    fields: { layout, layoutZh: zh, layoutEn: en },
  });
}

export function tooLarge(what: Oversize, detail: string): AppError {
  const { zh, en } = SIZES[what];
  return new AppError('format.too-large', `${en}: ${detail}`, {
    fields: { what, whatZh: zh, whatEn: en },
  });
}

export function unsupportedCompression(compression: string): AppError {
  return new AppError('format.unsupported-compression', `compression ${compression}`, {
    fields: { compression },
  });
}

export function unsupportedVendor(vendor: string, hint: Words, fields: ErrorFields = {}): AppError {
  return new AppError('format.unsupported-vendor', `${vendor} is not read here`, {
    fields: { vendor, hintZh: hint.zh, hintEn: hint.en, ...fields },
  });
}

export function truncated(detail: string): AppError {
  return new AppError('format.truncated', detail);
}

/** Refuses to allocate what a header asks for beyond the limit. */
export function checkAllocation(bytes: number, limit: number, detail: string): void {
  if (bytes > limit) throw tooLarge('allocation', `${detail}: ${bytes} bytes`);
}
