import { defineErrors } from '../error-words.ts';

/** Failures of a request as such, before any noun is touched. */
export const httpErrors = defineErrors({
  'request.invalid': {
    status: 400,
    zh: '请求内容不符合要求。',
    en: 'The request is not valid.',
    nextZh: '请检查标出的字段后重试。',
    nextEn: 'Check the fields that are marked and try again.',
  },
  'request.not-found': {
    status: 404,
    zh: '没有找到所请求的内容。',
    en: 'Nothing was found here.',
    nextZh: '请返回列表；内容可能已删除，或您没有权限。',
    nextEn: 'Go back to the list; it may have been removed, or you may not have access.',
  },
  'request.too-large': {
    status: 413,
    zh: '提交的内容过大。',
    en: 'The request is too large.',
    nextZh: '请减小内容后重试。',
    nextEn: 'Send less at once.',
  },
  'request.too-slow': {
    status: 408,
    zh: '数据传输过慢，连接已关闭。',
    en: 'The data came too slowly; the connection was closed.',
    nextZh: '请检查网络后重试；上传会从已确认处继续。',
    nextEn: 'Check the line and try again; an upload goes on from what was acknowledged.',
  },
  'request.too-many': {
    status: 429,
    zh: '请求过于频繁。',
    en: 'Too many requests.',
    nextZh: '请稍等片刻再试。',
    nextEn: 'Wait a moment, then try again.',
  },
  'request.cross-site': {
    status: 403,
    zh: '该请求来自其他网站，已拒绝。',
    en: 'The request came from another site and was refused.',
    nextZh: '请在本系统页面内操作。',
    nextEn: 'Use the pages of this system.',
  },
  'server.internal': {
    status: 500,
    zh: '服务器内部错误。',
    en: 'The server failed.',
    nextZh: '请重试；若仍失败，请把请求编号告诉管理员。',
    nextEn: 'Try again; if it fails again, give the request number to your administrator.',
  },
  'server.port-taken': {
    status: 503,
    zh: '端口 {host}:{port} 已被占用。',
    en: 'The port {host}:{port} is in use.',
    nextZh: '请停止占用它的程序，或设置环境变量 PORT。',
    nextEn: 'Stop what uses it, or set the environment variable PORT.',
  },
  'server.unavailable': {
    status: 503,
    zh: '服务暂时不可用。',
    en: 'The service is not available at the moment.',
    nextZh: '请稍后重试，已保存的内容不会丢失。',
    nextEn: 'Try again shortly; nothing that was saved is lost.',
  },
});
