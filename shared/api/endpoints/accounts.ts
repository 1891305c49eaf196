import { z } from 'zod';
import { Account, Hospital, Locale, Password, Role, Username } from '../../account/account.ts';
import { AccountId, HospitalId } from '../../ids.ts';
import { defineEndpoints } from '../endpoint.ts';

const accountParams = z.object({ accountId: AccountId });
const totpCode = z.string().regex(/^\d{6}$/);

export const SignInSession = z.object({
  id: z.string(),
  createdAt: z.iso.datetime(),
  seenAt: z.iso.datetime(),
  userAgent: z.string(),
  current: z.boolean(),
});
export type SignInSession = z.infer<typeof SignInSession>;

export const accountEndpoints = defineEndpoints({
  'session.signIn': {
    method: 'POST',
    path: '/api/session',
    summary:
      'Signs in; answers access.totp-required when the account has a second factor and no code came.',
    access: { kind: 'public' },
    body: z.object({
      username: z.string().min(1).max(64),
      password: z.string().min(1).max(200),
      totp: totpCode.optional(),
    }),
    reply: { kind: 'json', schema: Account },
  },
  'session.current': {
    method: 'GET',
    path: '/api/session',
    summary: 'Who is signed in.',
    access: { kind: 'signed' },
    reply: { kind: 'json', schema: Account },
  },
  'session.signOut': {
    method: 'DELETE',
    path: '/api/session',
    summary: 'Signs out.',
    access: { kind: 'signed' },
    reply: { kind: 'empty' },
  },
  'session.list': {
    method: 'GET',
    path: '/api/session/all',
    summary: 'Where this account is signed in.',
    access: { kind: 'signed' },
    reply: { kind: 'json', schema: z.array(SignInSession) },
  },
  'session.revoke': {
    method: 'DELETE',
    path: '/api/session/all/:id',
    summary: 'Signs this account out elsewhere.',
    access: { kind: 'signed' },
    params: z.object({ id: z.string().regex(/^[0-9a-f]{16}$/) }),
    reply: { kind: 'empty' },
  },
  'session.changePassword': {
    method: 'POST',
    path: '/api/session/password',
    summary: 'Changes the own password; all other sign-ins end.',
    access: { kind: 'signed' },
    body: z.object({ current: z.string().max(200), next: Password }),
    reply: { kind: 'empty' },
  },
  'session.setLocale': {
    method: 'PATCH',
    path: '/api/session',
    summary: 'Remembers the language.',
    access: { kind: 'signed' },
    body: z.object({ locale: Locale }),
    reply: { kind: 'json', schema: Account },
  },
  'totp.begin': {
    method: 'POST',
    path: '/api/session/totp',
    summary: 'A new secret for an authenticator app, not in force until confirmed.',
    access: { kind: 'signed' },
    body: z.object({ password: z.string().max(200) }),
    reply: { kind: 'json', schema: z.object({ secret: z.string(), otpauthUri: z.string() }) },
  },
  'totp.confirm': {
    method: 'PUT',
    path: '/api/session/totp',
    summary: 'Puts the second factor in force.',
    access: { kind: 'signed' },
    body: z.object({ totp: totpCode }),
    reply: { kind: 'json', schema: Account },
  },
  'totp.remove': {
    method: 'DELETE',
    path: '/api/session/totp',
    summary: 'Removes the own second factor.',
    access: { kind: 'signed' },
    body: z.object({ password: z.string().max(200) }),
    reply: { kind: 'json', schema: Account },
  },
  'account.list': {
    method: 'GET',
    path: '/api/accounts',
    summary:
      'Accounts that the caller manages: all for an administrator, else those of the own hospital.',
    access: { kind: 'action', action: 'account.list', resource: null },
    reply: { kind: 'json', schema: z.array(Account) },
  },
  'account.create': {
    method: 'POST',
    path: '/api/accounts',
    summary: 'Makes an account with a first password that must be changed.',
    access: { kind: 'action', action: 'account.manage', resource: null },
    body: z.object({
      username: Username,
      displayName: z.string().trim().min(1).max(100),
      role: Role,
      hospitalId: HospitalId,
      password: Password,
    }),
    reply: { kind: 'json', schema: Account },
  },
  'account.update': {
    method: 'PATCH',
    path: '/api/accounts/:accountId',
    summary: 'Changes name, role or hospital, or disables the account (its sign-ins end at once).',
    access: { kind: 'action', action: 'account.manage', resource: 'account' },
    params: accountParams,
    body: z.object({
      displayName: z.string().trim().min(1).max(100).optional(),
      role: Role.optional(),
      hospitalId: HospitalId.optional(),
      disabled: z.boolean().optional(),
    }),
    reply: { kind: 'json', schema: Account },
  },
  'account.resetPassword': {
    method: 'POST',
    path: '/api/accounts/:accountId/password',
    summary: 'Sets a first password again and removes the second factor.',
    access: { kind: 'action', action: 'account.manage', resource: 'account' },
    params: accountParams,
    body: z.object({ password: Password }),
    reply: { kind: 'empty' },
  },
  'hospital.list': {
    method: 'GET',
    path: '/api/hospitals',
    summary: 'Hospitals of the alliance.',
    access: { kind: 'action', action: 'hospital.list', resource: null },
    reply: { kind: 'json', schema: z.array(Hospital) },
  },
  'hospital.create': {
    method: 'POST',
    path: '/api/hospitals',
    summary: 'Adds a hospital.',
    access: { kind: 'action', action: 'hospital.manage', resource: null },
    body: z.object({
      code: z.string().regex(/^[A-Za-z0-9-]{2,32}$/),
      nameZh: z.string().trim().min(1).max(100),
      nameEn: z.string().trim().min(1).max(100),
    }),
    reply: { kind: 'json', schema: Hospital },
  },
  'hospital.update': {
    method: 'PATCH',
    path: '/api/hospitals/:hospitalId',
    summary: 'Renames or disables a hospital.',
    access: { kind: 'action', action: 'hospital.manage', resource: 'hospital' },
    params: z.object({ hospitalId: HospitalId }),
    body: z.object({
      nameZh: z.string().trim().min(1).max(100).optional(),
      nameEn: z.string().trim().min(1).max(100).optional(),
      disabled: z.boolean().optional(),
    }),
    reply: { kind: 'json', schema: Hospital },
  },
});
