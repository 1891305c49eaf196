/**
 * What a reader is told beside the slide. A SlideImage carries the keys; the words are looked up where
 * they are shown.
 */
export const NOTES = {
  'focal-plane-shown': {
    zh: '该文件含多个焦平面，此处只显示主焦平面。',
    en: 'The file holds several focal planes; only the main one is shown.',
  },
  'padded-edges': {
    zh: '扫描仪将图像补齐到整块，右侧和下侧边缘可能没有组织。',
    en: 'The scanner padded the picture to whole tiles: its right and lower edge may hold no tissue.',
  },
  'pictures-left-out': {
    zh: '文件中另有无法识别用途的图像，未显示。',
    en: 'The file holds further pictures whose purpose is not known; they are not shown.',
  },
  'files-left-out': {
    zh: '同时选择的其他文件不属于该切片，未使用。',
    en: 'Other files that were chosen with it do not belong to this slide and are not used.',
  },
  'profile-unreadable': {
    zh: '文件中的 ICC 特性文件已损坏，颜色未作校正。',
    en: 'The ICC profile in the file is damaged; colours are shown without it.',
  },
  'level-left-out': {
    zh: '一个分辨率层无法读取，已由更精细的层代替。',
    en: 'One level could not be read; it is made from a finer one instead.',
  },
} as const;

export type Note = keyof typeof NOTES;

export function isNote(value: string): value is Note {
  return Object.hasOwn(NOTES, value);
}

/** The sentence of a note; text that is not a known key is returned as it is. */
export function describeNote(note: string, language: 'zh' | 'en'): string {
  return isNote(note) ? NOTES[note][language] : note;
}
