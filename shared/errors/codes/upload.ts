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
  'upload.chunk-conflict': {
    status: 409,
    zh: '同一数据块收到了不同的内容：文件可能在上传过程中被改动。',
    en: 'The same chunk came with other content: the file may have changed while it was sent.',
    nextZh: '请取消该上传，待扫描写入完成后重新上传。',
    nextEn: 'Cancel this upload, wait until the scanner has finished writing, and send it anew.',
  },
  'upload.content-mismatch': {
    status: 422,
    zh: '到达的内容与本地文件不一致：文件可能在上传过程中被改动。',
    en: 'What arrived is not the file as it is now: it may have changed while it was sent.',
    nextZh: '请取消该上传，待扫描写入完成后重新上传。',
    nextEn: 'Cancel this upload, wait until the scanner has finished writing, and send it anew.',
  },
  'upload.too-large': {
    status: 413,
    zh: '文件超出单次上传的上限（{limitGiB} GiB）。',
    en: 'This is more than one upload may hold ({limitGiB} GiB).',
    nextZh: '请联系管理员调整上限。',
    nextEn: 'Ask your administrator to raise the limit.',
  },
  'upload.too-many': {
    status: 409,
    zh: '未完成的上传过多（上限 {limit} 个）。',
    en: 'Too many uploads are unfinished (the limit is {limit}).',
    nextZh: '请先完成或取消一些上传。',
    nextEn: 'Finish or cancel some of them first.',
  },
  'upload.damaged-on-disk': {
    status: 500,
    zh: '入库后的复核发现存储中的原始文件与上传内容不一致。',
    en: 'A check after storing found that the original on disk is not what was uploaded.',
    nextZh: '请重新上传该切片，并请管理员检查存储设备。',
    nextEn: 'Upload the slide again, and have your administrator check the storage.',
  },
  'upload.file-changed': {
    status: 409,
    zh: '本地文件已被改动，或已无法读取。',
    en: 'The file on this computer has changed or can no longer be read.',
    nextZh: '请重新选择文件；若扫描尚未写完，请稍候。',
    nextEn: 'Choose the file again; if the scanner is still writing, wait.',
  },
  'upload.other-file': {
    status: 409,
    zh: '所选文件不是此前上传的那一个。',
    en: 'This is not the file whose upload was interrupted.',
    nextZh: '请选择名称、大小和日期都相同的原文件。',
    nextEn: 'Choose the original one, of the same name, size and date.',
  },
});
