import { defineErrors } from '../error-words.ts';

/** What other programs ask for by the standards of their own. */
export const interopErrors = defineErrors({
  'interop.invalid': {
    status: 400,
    zh: '该地址或参数不符合 IIIF、Deep Zoom 或 DICOMweb 规范，或超出了限制。',
    en: 'The address or a parameter does not follow IIIF, Deep Zoom or DICOMweb, or goes beyond the limits.',
    nextZh: '请对照 info.json 或切片元数据中的尺寸与上限检查地址。',
    nextEn: 'Compare it with the sizes and limits in info.json or in the metadata.',
  },
  'interop.not-implemented': {
    status: 501,
    zh: '规范中的这一可选功能未提供（例如放大或任意角度旋转）。',
    en: 'This optional part of the standard is not offered, for example upscaling or turning by any angle.',
    nextZh: '请使用 info.json 中列出的功能。',
    nextEn: 'Use what info.json lists.',
  },
  'interop.not-acceptable': {
    status: 406,
    zh: '无法按请求头 Accept 指定的媒体类型或传输语法提供该内容。',
    en: 'This cannot be sent in any media type or transfer syntax that the Accept header names.',
    nextZh: '请按存储格式请求（传输语法 *），或请求未压缩的 application/octet-stream。',
    nextEn:
      'Ask for it as stored (transfer syntax *), or uncompressed as application/octet-stream.',
  },
  'interop.no-scale': {
    status: 409,
    zh: '该切片没有每像素微米数，而 DICOM 要求给出像素间距。',
    en: 'Nobody knows how many micrometres a pixel of this slide is, and DICOM demands it.',
    nextZh: '请先在阅片界面中为该切片定标。',
    nextEn: 'Calibrate the slide in the viewer first.',
  },
});
