import { z } from 'zod';
import { SlideBox } from '../geometry/slide-box.ts';
import { ViewState } from '../geometry/view-state.ts';
import { AccountId, HospitalId, RescanId, SlideId } from '../ids.ts';

/** Why a slide has to be scanned again: coded, so that a hospital can count what its scanner does wrong. */
export const RESCAN_REASONS = [
  'out-of-focus',
  'tissue-missing',
  'stitching-fault',
  'marks-or-bubble',
  'wrong-slide',
  'stain-too-weak',
  'stain-too-strong',
  'other',
] as const;
export const RescanReason = z.enum(RESCAN_REASONS);
export type RescanReason = z.infer<typeof RescanReason>;

const answered = { answeredByName: z.string(), at: z.iso.datetime() };

export const RescanState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('asked') }),
  z.object({ kind: z.literal('will-rescan'), ...answered }),
  z.object({
    kind: z.literal('done'),
    ...answered,
    replacedBy: SlideId,
    /** null: the caller may not see that slide (it was not lent to the caller's hospital). */
    replacedByName: z.string().nullable(),
  }),
  z.object({ kind: z.literal('cannot'), ...answered, words: z.string() }),
  z.object({ kind: z.literal('withdrawn'), at: z.iso.datetime() }),
]);
export type RescanState = z.infer<typeof RescanState>;
export type RescanKind = RescanState['kind'];

const NEXT: Readonly<Record<RescanKind, readonly RescanKind[]>> = {
  asked: ['will-rescan', 'done', 'cannot', 'withdrawn'],
  'will-rescan': ['done', 'cannot', 'withdrawn'],
  // A glass that was thought broken is found: the answer may still become a better one.
  cannot: ['will-rescan', 'done'],
  done: [],
  withdrawn: [],
};

export function mayFollow(from: RescanKind, to: RescanKind): boolean {
  return NEXT[from].includes(to);
}

/** Whether somebody still has to act. */
export function isOpen({ kind }: Pick<RescanState, 'kind'>): boolean {
  return kind === 'asked' || kind === 'will-rescan';
}

/** A request to scan a slide again. */
export const Rescan = z.object({
  id: RescanId,
  slideId: SlideId,
  slideName: z.string(),
  /** Whose slide it is: who has to answer. */
  hospitalId: HospitalId,
  /** Where; null: the whole slide. */
  box: SlideBox.nullable(),
  reason: RescanReason,
  words: z.string().nullable(),
  /** What the reader saw when asking. */
  view: ViewState,
  askedBy: AccountId,
  askedByName: z.string(),
  askedByHospitalZh: z.string(),
  askedByHospitalEn: z.string(),
  askedAt: z.iso.datetime(),
  state: RescanState,
});
export type Rescan = z.infer<typeof Rescan>;

const words = z.string().trim().min(1).max(500);

/** 'other' says nothing by itself: it needs words. */
export const NewRescan = z
  .object({
    /** Made by the caller, so that a request sent twice is made once. */
    id: RescanId,
    box: SlideBox.nullable(),
    reason: RescanReason,
    words: words.nullable(),
    view: ViewState,
  })
  .refine(({ reason, words: said }) => reason !== 'other' || said !== null, {
    path: ['words'],
    message: 'needed for "other"',
  });
export type NewRescan = z.infer<typeof NewRescan>;

export const RescanAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('will-rescan') }),
  z.object({ kind: z.literal('done'), replacedBy: SlideId }),
  z.object({ kind: z.literal('cannot'), words }),
]);
export type RescanAnswer = z.infer<typeof RescanAnswer>;
