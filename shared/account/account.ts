import { z } from 'zod';
import { AccountId, HospitalId } from '../ids.ts';

export const ROLES = [
  'administrator',
  'hospital-administrator',
  'technician',
  'pathologist',
  'expert',
  'coordinator',
  'teacher',
  'trainee',
] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

export const Locale = z.enum(['zh', 'en']);
export type Locale = z.infer<typeof Locale>;

/** NIST SP 800-63B 5.1.1: length counts, composition rules do not. */
export const Password = z.string().min(10).max(200);

export const Username = z
  .string()
  .trim()
  .min(2)
  .max(64)
  .regex(/^[\p{L}\p{N}._-]+$/u);

export const Account = z.object({
  id: AccountId,
  username: z.string(),
  displayName: z.string(),
  role: Role,
  hospitalId: HospitalId,
  hospitalNameZh: z.string(),
  hospitalNameEn: z.string(),
  locale: Locale,
  totpEnabled: z.boolean(),
  mustChangePassword: z.boolean(),
  disabledAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type Account = z.infer<typeof Account>;

export const Hospital = z.object({
  id: HospitalId,
  code: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  disabledAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type Hospital = z.infer<typeof Hospital>;
