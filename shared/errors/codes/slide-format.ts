import { defineErrors } from '../error-words.ts';

/** What a slide file can be refused for, by the reader in shared/slide-format. */
export const slideFormatErrors = defineErrors({
  'format.unknown': {
    status: 422,
    zh: '无法识别该文件的切片格式。',
    en: 'The file is not in a slide format that is known here.',
    nextZh: '请确认文件来自扫描仪且完整，或导出为 SVS、OME-TIFF 或 DICOM。',
    nextEn: 'Make sure that it is the scanner’s own file, or export it as SVS, OME-TIFF or DICOM.',
  },
  'format.unsupported-vendor': {
    status: 422,
    zh: '暂不支持该厂商的格式：{vendor}。',
    en: 'The format of {vendor} is not supported.',
    nextZh: '{hintZh}',
    nextEn: '{hintEn}',
  },
  'format.unsupported-compression': {
    status: 422,
    zh: '暂不支持该压缩方式：{compression}。',
    en: 'The compression {compression} is not supported.',
    nextZh: '请用 JPEG 或 JPEG 2000 压缩重新导出。',
    nextEn: 'Export it again with JPEG or JPEG 2000 compression.',
  },
  'format.unsupported-layout': {
    status: 422,
    zh: '暂不支持该文件的图像结构：{layoutZh}。',
    en: 'This arrangement of the image is not supported: {layoutEn}.',
    nextZh: '请导出为 8 位 RGB 的单层切片。',
    nextEn: 'Export it as an 8-bit RGB slide with one plane.',
  },
  'format.damaged': {
    status: 422,
    zh: '文件已损坏：{reasonZh}。',
    en: 'The file is damaged: {reasonEn}.',
    nextZh: '请从扫描仪重新复制该文件；服务器保留了原件以便重试。',
    nextEn: 'Copy it from the scanner again; the original is kept for a retry.',
  },
  'format.truncated': {
    status: 422,
    zh: '文件不完整：缺少结尾部分。',
    en: 'The file is cut short: its end is missing.',
    nextZh: '请等待扫描写入完成后重新上传。',
    nextEn: 'Wait until the scanner has finished writing, then upload it again.',
  },
  'format.too-large': {
    status: 422,
    zh: '文件声明的尺寸超出允许范围：{whatZh}。',
    en: 'The file claims a size beyond what is accepted: {whatEn}.',
    nextZh: '请检查文件来源；如确为真实切片，请联系管理员。',
    nextEn: 'Check where the file comes from; if it is a real slide, ask your administrator.',
  },
});
