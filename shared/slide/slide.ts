import { z } from 'zod';
import { AccountId, HospitalId, SlideId } from '../ids.ts';
import { Pyramid } from './pyramid.ts';

/** Micrometres per level-0 pixel. */
export const Mpp = z.object({ x: z.number().positive(), y: z.number().positive() });
export type Mpp = z.infer<typeof Mpp>;

/** Every state of a slide is a value. A job found half-done at start-up is taken up again. */
export const SlideStatus = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('arriving'), received: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('stored') }),
  z.object({ kind: z.literal('building'), progress: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('failed'),
    code: z.string(),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
]);
export type SlideStatus = z.infer<typeof SlideStatus>;

export const AssociatedKind = z.enum(['label', 'macro', 'thumbnail']);
export type AssociatedKind = z.infer<typeof AssociatedKind>;

/** Names of a DICOM series. `flavour` is the third value of Image Type (PS3.3 C.8.12.4.1.1), VOLUME for a level. */
export const DicomNames = z.object({
  studyUid: z.string(),
  instances: z.array(z.object({ uid: z.string(), seriesUid: z.string(), flavour: z.string() })),
});
export type DicomNames = z.infer<typeof DicomNames>;

/** What the file says about itself, as a reader may see it. */
export const SlideProperties = z.object({
  format: z.string(),
  vendor: z.string().nullable(),
  scanner: z.string().nullable(),
  compression: z.string(),
  mpp: Mpp.nullable(),
  objectivePower: z.number().positive().nullable(),
  /** ISO 8601 date or date-time as scanned, without zone when the file has none. */
  scannedAt: z.string().nullable(),
  iccProfile: z.object({ bytes: z.number().int(), name: z.string().nullable() }).nullable(),
  background: z.object({ r: z.number(), g: z.number(), b: z.number() }),
  pyramid: Pyramid,
  associated: z.array(
    z.object({ kind: AssociatedKind, widthPx: z.number().int(), heightPx: z.number().int() }),
  ),
  /** Said to the reader beside the slide, for example that the vendor's bounds crop level 0. */
  notes: z.array(z.string()),
  /** What the files of a DICOM slide call themselves; absent for every other format. */
  dicom: DicomNames.optional(),
});
export type SlideProperties = z.infer<typeof SlideProperties>;

/** Where the mpp in force comes from: the file, a person who calibrated, or nobody. */
export const Calibration = z.discriminatedUnion('source', [
  z.object({ source: z.literal('file'), mpp: Mpp }),
  z.object({
    source: z.literal('person'),
    mpp: Mpp,
    accountId: AccountId,
    accountName: z.string(),
    at: z.iso.datetime(),
    reason: z.string(),
  }),
  z.object({ source: z.literal('none') }),
]);
export type Calibration = z.infer<typeof Calibration>;

export const SlideSummary = z.object({
  id: SlideId,
  name: z.string(),
  hospitalId: HospitalId,
  hospitalNameZh: z.string(),
  hospitalNameEn: z.string(),
  stain: z.string().nullable(),
  status: SlideStatus,
  revision: z.number().int().min(0),
  widthPx: z.number().int().nullable(),
  heightPx: z.number().int().nullable(),
  mpp: Mpp.nullable(),
  objectivePower: z.number().nullable(),
  originalBytes: z.number().int().min(0),
  createdAt: z.iso.datetime(),
  uploadedByName: z.string(),
  /** 'own': this hospital's; 'shared': lent to the reader's hospital, read-only, until sharedUntil. */
  access: z.enum(['own', 'shared', 'administrator']),
  sharedUntil: z.iso.datetime().nullable(),
  /** Whether this reader may see label and macro (patient data). */
  labelVisible: z.boolean(),
  deletedAt: z.iso.datetime().nullable(),
});
export type SlideSummary = z.infer<typeof SlideSummary>;

export const SlideDetail = SlideSummary.extend({
  properties: SlideProperties.nullable(),
  calibration: Calibration,
  contentDigest: z.string().nullable(),
  note: z.string().nullable(),
});
export type SlideDetail = z.infer<typeof SlideDetail>;
