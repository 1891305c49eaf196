import { defineErrors } from '../error-words.ts';

/** The live channel. */
export const liveErrors = defineErrors({
  'live.upgrade-required': {
    status: 426,
    zh: '此地址仅用于实时连接。',
    en: 'This address is for the live connection only.',
    nextZh: '请在本系统页面内使用。',
    nextEn: 'Use it from the pages of this system.',
  },
});
