import type { RescanReason } from '../../shared/rescan/rescan.ts';
import { defineWords } from './i18n.ts';

export const rescanReasonWords = defineWords({
  zh: {
    'out-of-focus': '对焦不准',
    'tissue-missing': '组织未扫全',
    'stitching-fault': '拼接错位',
    'marks-or-bubble': '笔迹或气泡',
    'wrong-slide': '切片或标签错误',
    'stain-too-weak': '染色过浅',
    'stain-too-strong': '染色过深',
    other: '其他',
  } satisfies Record<RescanReason, string>,
  en: {
    'out-of-focus': 'Out of focus',
    'tissue-missing': 'Tissue missing',
    'stitching-fault': 'Stitching fault',
    'marks-or-bubble': 'Pen marks or a bubble',
    'wrong-slide': 'Wrong slide or label',
    'stain-too-weak': 'Stain too weak',
    'stain-too-strong': 'Stain too strong',
    other: 'Other',
  },
});
