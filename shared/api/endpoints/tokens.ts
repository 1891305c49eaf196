import { z } from 'zod';
import { AccessToken, TOKEN_DAYS, TokenPurpose } from '../../access/token.ts';
import { AccountId, TokenId } from '../../ids.ts';
import { defineEndpoints } from '../endpoint.ts';

const manage = { kind: 'action', action: 'account.manage', resource: 'account' } as const;

/** Tokens by which programs sign in: `Authorization: Bearer fst_…`. No token makes or revokes one. */
export const tokenEndpoints = defineEndpoints({
  'token.list': {
    method: 'GET',
    path: '/api/session/tokens',
    summary: 'The own access tokens that are not revoked, newest first.',
    access: { kind: 'signed' },
    reply: { kind: 'json', schema: z.array(AccessToken) },
  },
  'token.create': {
    method: 'POST',
    path: '/api/session/tokens',
    summary: 'Makes an access token. It is answered this once and kept nowhere.',
    access: { kind: 'signed' },
    body: z.object({
      name: z.string().trim().min(1).max(60),
      purpose: TokenPurpose,
      days: z.union(TOKEN_DAYS.map((days) => z.literal(days))),
    }),
    reply: { kind: 'json', schema: z.object({ token: AccessToken, secret: z.string() }) },
  },
  'token.revoke': {
    method: 'DELETE',
    path: '/api/session/tokens/:tokenId',
    summary: 'Revokes an own access token at once.',
    access: { kind: 'signed' },
    params: z.object({ tokenId: TokenId }),
    reply: { kind: 'empty' },
  },
  'token.listOf': {
    method: 'GET',
    path: '/api/accounts/:accountId/tokens',
    summary: 'The access tokens of an account, for who manages it.',
    access: manage,
    params: z.object({ accountId: AccountId }),
    reply: { kind: 'json', schema: z.array(AccessToken) },
  },
  'token.revokeOf': {
    method: 'DELETE',
    path: '/api/accounts/:accountId/tokens/:tokenId',
    summary: 'Revokes an access token of an account, by who manages it.',
    access: manage,
    params: z.object({ accountId: AccountId, tokenId: TokenId }),
    reply: { kind: 'empty' },
  },
});
