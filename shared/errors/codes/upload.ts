import { defineErrors } from '../error-words.ts';

/** An upload and its chunk grid. */
export const uploadErrors = defineErrors({
  'upload.digest-mismatch': {
    status: 422,
    zh: '数据块在传输中损坏。',
    en: 'A chunk was damaged on the way.',
    nextZh: '系统会自动重传该块。',
    nextEn: 'It is sent again automatically.',
  },
  'upload.wrong-chunk': {
    status: 400,
    zh: '数据块的编号或大小不符合该上传。',
    en: 'The chunk does not fit the grid of this upload.',
    nextZh: '请重新选择文件并继续上传。',
    nextEn: 'Choose the file again and resume.',
  },
  'upload.incomplete': {
    status: 409,
    zh: '还有数据块未到达。',
    en: 'Some chunks have not arrived.',
    nextZh: '请继续上传缺少的部分。',
    nextEn: 'Resume the upload to send the rest.',
  },
  'upload.ended': {
    status: 409,
    zh: '该上传已完成或已取消。',
    en: 'This upload is already finished or cancelled.',
    nextZh: '请刷新上传列表。',
    nextEn: 'Reload the list of uploads.',
  },
  'upload.disk-full': {
    status: 507,
    zh: '服务器存储空间不足，上传已暂停等待。',
    en: 'The server has no room left; the upload is waiting.',
    nextZh: '有空间后会自动继续；请通知管理员清理存储。',
    nextEn: 'It goes on when there is room; tell your administrator.',
  },
});
