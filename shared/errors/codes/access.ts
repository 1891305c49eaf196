import { defineErrors } from '../error-words.ts';

/** Who may do what: sign-in, roles, accounts and hospitals. */
export const accessErrors = defineErrors({
  'access.unsigned': {
    status: 401,
    zh: '您尚未登录，或登录已过期。',
    en: 'You are not signed in, or your sign-in has expired.',
    nextZh: '请重新登录。',
    nextEn: 'Sign in again.',
  },
  'access.refused': {
    status: 403,
    zh: '您的角色不能执行此操作。',
    en: 'Your role does not allow this.',
    nextZh: '如确有需要，请联系本院管理员。',
    nextEn: 'If you need it, ask the administrator of your hospital.',
  },
  'access.wrong-credentials': {
    status: 401,
    zh: '用户名或密码不正确。',
    en: 'The user name or the password is not right.',
    nextZh: '请检查大小写后重试，或联系管理员重置密码。',
    nextEn: 'Check capitals and try again, or ask an administrator to reset the password.',
  },
  'access.totp-required': {
    status: 401,
    zh: '需要动态验证码。',
    en: 'A one-time code is needed.',
    nextZh: '请输入验证器应用中的 6 位数字。',
    nextEn: 'Enter the 6 digits from your authenticator app.',
  },
  'access.totp-wrong': {
    status: 401,
    zh: '动态验证码不正确或已使用。',
    en: 'The one-time code is wrong or was already used.',
    nextZh: '请等待下一个验证码后重试，并检查手机时间。',
    nextEn: 'Wait for the next code and try again; check the clock of your phone.',
  },
});
