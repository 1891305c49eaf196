import { defineErrors } from '../error-words.ts';

/** Requests to scan a slide again. */
export const rescanErrors = defineErrors({
  'rescan.box-outside': {
    status: 422,
    zh: '框选的位置不在切片上。',
    en: 'The box does not lie on the slide.',
    nextZh: '请在切片范围内重新框选。',
    nextEn: 'Draw it again on the slide.',
  },
  'rescan.settled': {
    status: 409,
    zh: '该重扫请求已有结果或已撤回。',
    en: 'This request was settled or withdrawn meanwhile.',
    nextZh: '请刷新后查看最新状态。',
    nextEn: 'Look at its state again.',
  },
  'rescan.no-such-slide': {
    status: 422,
    zh: '没有可替换的切片：须为本院的另一张切片。',
    en: 'That slide cannot replace it: it must be another slide of this hospital.',
    nextZh: '请先上传新扫描的切片，再从列表中选择。',
    nextEn: 'Upload the new scan first, then choose it from the list.',
  },
});
