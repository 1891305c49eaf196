import { defineErrors } from '../error-words.ts';

/** What other programs ask for by the standards of their own. */
export const interopErrors = defineErrors({
  'interop.invalid': {
    status: 400,
    zh: '该地址不符合 IIIF 或 Deep Zoom 规范，或超出了限制。',
    en: 'The address does not follow IIIF or Deep Zoom, or goes beyond the limits.',
    nextZh: '请对照 info.json 中的尺寸与上限检查地址。',
    nextEn: 'Compare it with the sizes and limits in info.json.',
  },
  'interop.not-implemented': {
    status: 501,
    zh: '规范中的这一可选功能未提供（例如放大或任意角度旋转）。',
    en: 'This optional part of the standard is not offered, for example upscaling or turning by any angle.',
    nextZh: '请使用 info.json 中列出的功能。',
    nextEn: 'Use what info.json lists.',
  },
});
