import { defineErrors } from '../error-words.ts';

/** A slide as the server keeps it, and its tiles. */
export const slideErrors = defineErrors({
  'slide.not-ready': {
    status: 409,
    zh: '切片尚未就绪。',
    en: 'The slide is not ready yet.',
    nextZh: '请等待上传或处理完成。',
    nextEn: 'Wait until the upload or the processing is finished.',
  },
  'tile.outside': {
    status: 404,
    zh: '请求的图块不在该层级内。',
    en: 'There is no such tile in this level.',
    nextZh: '请刷新页面后重试。',
    nextEn: 'Reload the page and try again.',
  },
  'tile.unreadable': {
    status: 422,
    zh: '该图块数据损坏，无法读取。',
    en: 'This tile is damaged and cannot be read.',
    nextZh: '该区域以斜线标出；请考虑重新扫描。',
    nextEn: 'The area is hatched; consider a rescan.',
  },
  'tile.not-arrived': {
    status: 425,
    zh: '该区域尚在上传中。',
    en: 'This area has not arrived yet.',
    nextZh: '请稍候，系统正在优先传送该区域。',
    nextEn: 'Wait a moment; this area is being sent first.',
  },
  'format.needs-openslide': {
    status: 422,
    zh: '打开 {vendor} 格式需要 OpenSlide 库，本服务器尚未安装。',
    en: 'Slides of {vendor} are opened by the OpenSlide library, which is not installed here.',
    nextZh:
      '请管理员安装（Debian、Ubuntu：apt install libopenslide0；openEuler、Fedora：dnf install openslide），然后点击“重试”。',
    nextEn:
      'Ask your administrator to install it (Debian, Ubuntu: apt install libopenslide0; openEuler, Fedora: dnf install openslide), then retry.',
  },
  'slide.no-such-borrower': {
    status: 422,
    zh: '不能共享给该医院。',
    en: 'The slide cannot be lent to this hospital.',
    nextZh: '请选择本院以外、且未停用的医院。',
    nextEn: 'Choose another hospital of the alliance that is not disabled.',
  },
  'slide.implausible-mpp': {
    status: 422,
    zh: '该分辨率超出显微镜可能的范围（0.005 至 100 微米/像素）。',
    en: 'No microscope has this resolution (0.005 to 100 µm per pixel is possible).',
    nextZh: '请检查小数点与单位：常见值为 0.25（40x）和 0.5（20x）。',
    nextEn: 'Check the decimal point and the unit: usual values are 0.25 (40x) and 0.5 (20x).',
  },
  'slide.no-associated-image': {
    status: 404,
    zh: '该切片没有此附图。',
    en: 'The slide has no such image.',
    nextZh: '无需操作。',
    nextEn: 'Nothing to do.',
  },
  'slide.building-failed': {
    status: 500,
    zh: '图像转换为切片金字塔时多次失败。',
    en: 'Turning the picture into a slide failed several times.',
    nextZh: '原始文件已保留，可稍后重试；若仍失败，请联系管理员。',
    nextEn: 'The original is kept: try again later, or ask your administrator.',
  },
});
