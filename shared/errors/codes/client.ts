import { defineErrors } from '../error-words.ts';

/** Failures that only the page in the browser can meet; the status is what a proxy would have said. */
export const clientErrors = defineErrors({
  'network.unreachable': {
    status: 503,
    zh: '无法连接到服务器。',
    en: 'The server cannot be reached.',
    nextZh: '请检查网络连接；恢复后可重试，已保存的内容不会丢失。',
    nextEn: 'Check the network, then try again; nothing that was saved is lost.',
  },
  'reply.unexpected': {
    status: 502,
    zh: '服务器的答复无法识别。',
    en: 'The reply of the server could not be understood.',
    nextZh: '请重新加载页面；系统可能刚刚升级。',
    nextEn: 'Reload the page; the system may just have been upgraded.',
  },
  'screen.failed': {
    status: 500,
    zh: '页面出错了。',
    en: 'This page has failed.',
    nextZh: '请重新加载页面；若仍出错，请联系管理员。',
    nextEn: 'Reload the page; if it fails again, tell your administrator.',
  },
});
