import { defineWords } from '../../app/i18n.ts';

/** Where other programs find a slide. */
export const slideAddressesWords = defineWords({
  zh: {
    title: '其他程序读取',
    hint: '地址须配合「个人设置 → 访问令牌」中的只读令牌使用；令牌看不到标签与宏观图。',
    deepZoom: 'Deep Zoom',
    iiif: 'IIIF',
    dicomWeb: 'DICOMweb',
    study: '检查 UID',
    noScale: '本切片未标定，DICOMweb 暂不提供；标定后即可读取。',
    copyOf: '复制 {name}',
    copied: '已复制 {name}',
    notCopied: '浏览器不允许复制，请手动选取。',
  },
  en: {
    title: 'For other programs',
    hint: 'Used with a token to view slides, made in Settings → Access tokens. It shows neither label nor macro.',
    deepZoom: 'Deep Zoom',
    iiif: 'IIIF',
    dicomWeb: 'DICOMweb',
    study: 'Study UID',
    noScale: 'This slide is not calibrated: DICOMweb offers it once it is.',
    copyOf: 'Copy {name}',
    copied: 'Copied: {name}',
    notCopied: 'The browser does not allow copying; select the text instead.',
  },
});
