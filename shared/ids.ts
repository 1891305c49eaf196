import { z } from 'zod';

/** Ids are UUIDs made by whoever creates the thing (version 7 where order helps), branded by noun. */
function idOf<Name extends string>() {
  return z.uuid().brand<Name>();
}

export const HospitalId = idOf<'HospitalId'>();
export type HospitalId = z.infer<typeof HospitalId>;
export const AccountId = idOf<'AccountId'>();
export type AccountId = z.infer<typeof AccountId>;
export const SlideId = idOf<'SlideId'>();
export type SlideId = z.infer<typeof SlideId>;
export const UploadId = idOf<'UploadId'>();
export type UploadId = z.infer<typeof UploadId>;
export const ShareId = idOf<'ShareId'>();
export type ShareId = z.infer<typeof ShareId>;
export const TokenId = idOf<'TokenId'>();
export type TokenId = z.infer<typeof TokenId>;
export const RescanId = idOf<'RescanId'>();
export type RescanId = z.infer<typeof RescanId>;
