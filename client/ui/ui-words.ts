import { defineWords } from '../app/i18n.ts';

export const uiWords = defineWords({
  zh: {
    close: '关闭',
    cancel: '取消',
    undo: '撤销',
    retry: '重试',
    requestNumber: '请求编号：{id}',
    notifications: '通知',
  },
  en: {
    close: 'Close',
    cancel: 'Cancel',
    undo: 'Undo',
    retry: 'Try again',
    requestNumber: 'Request number: {id}',
    notifications: 'Notifications',
  },
});
