import { z } from 'zod';
import { TokenId } from '../ids.ts';

/**
 * What a program may do with an access token: 'upload' sends slides, as a technician at the scanner does;
 * 'read' looks at slides. Never more than the account itself may.
 */
export const TOKEN_PURPOSES = ['upload', 'read'] as const;
export const TokenPurpose = z.enum(TOKEN_PURPOSES);
export type TokenPurpose = z.infer<typeof TokenPurpose>;

/** A token as its owner sees it. The token itself is shown once, when it is made. */
export const AccessToken = z.object({
  id: TokenId,
  name: z.string(),
  purpose: TokenPurpose,
  /** The first characters after the prefix: enough to tell which one lies in a settings file. */
  hint: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type AccessToken = z.infer<typeof AccessToken>;

/** So that a leaked one is recognised wherever it lies. */
export const TOKEN_PREFIX = 'fst_';
/** The prefix and base64url of 32 random bytes. */
export const TOKEN_PATTERN = /^fst_[A-Za-z0-9_-]{43}$/;

/** Days that a token may be made for. */
export const TOKEN_DAYS = [30, 90, 365, 730] as const;
export const MAX_TOKENS = 20;
