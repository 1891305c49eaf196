import type { Role } from '../account/account.ts';
import type { AccountId, HospitalId } from '../ids.ts';
import type { TokenPurpose } from './token.ts';

/** Who asks. */
export interface Actor {
  readonly accountId: AccountId;
  readonly role: Role;
  readonly hospitalId: HospitalId;
  /** A program asks, with an access token of this purpose: it may only what the purpose needs. */
  readonly tokenPurpose?: TokenPurpose;
}

/** A slide lent to another hospital, read-only, for a time. */
export interface ShareGrant {
  readonly hospitalId: HospitalId;
  readonly includeLabel: boolean;
  /** Milliseconds since the epoch; null = until revoked. */
  readonly expiresAtMs: number | null;
}

/** What is asked for, as far as the decision needs it. */
export type Resource =
  | {
      readonly kind: 'slide';
      readonly hospitalId: HospitalId;
      readonly deleted: boolean;
      readonly shares: readonly ShareGrant[];
      /** Who brought it in: the one who is told who looks at it. */
      readonly uploadedBy?: AccountId;
    }
  | { readonly kind: 'upload'; readonly hospitalId: HospitalId; readonly accountId: AccountId }
  | { readonly kind: 'account'; readonly hospitalId: HospitalId; readonly role: Role }
  | { readonly kind: 'hospital'; readonly hospitalId: HospitalId };

export const ACTIONS = [
  'slide.list',
  'slide.view',
  'slide.label',
  'slide.edit',
  'slide.delete',
  'slide.share',
  'slide.calibrate',
  'slide.watch',
  'rescan.ask',
  'rescan.answer',
  'upload.create',
  'upload.list',
  'upload.send',
  'account.list',
  'account.manage',
  'hospital.list',
  'hospital.manage',
  'system.observe',
] as const;
export type Action = (typeof ACTIONS)[number];

const EVERYONE: readonly Role[] = [
  'administrator',
  'hospital-administrator',
  'technician',
  'pathologist',
  'expert',
  'coordinator',
  'teacher',
  'trainee',
];
const UPLOADERS: readonly Role[] = [
  'administrator',
  'hospital-administrator',
  'technician',
  'pathologist',
  'expert',
  'coordinator',
];
const HEADS: readonly Role[] = ['administrator', 'hospital-administrator'];

/** Which roles may do it at all; the resource narrows it further below. */
const ROLES_FOR: Readonly<Record<Action, readonly Role[]>> = {
  'slide.list': EVERYONE,
  'slide.view': EVERYONE,
  // Label and macro are patient data: not for teaching and training.
  'slide.label': [
    'administrator',
    'hospital-administrator',
    'technician',
    'pathologist',
    'expert',
    'coordinator',
  ],
  'slide.edit': UPLOADERS,
  'slide.delete': ['administrator', 'hospital-administrator', 'technician'],
  'slide.share': ['administrator', 'hospital-administrator', 'pathologist', 'coordinator'],
  'slide.calibrate': ['administrator', 'hospital-administrator', 'technician', 'pathologist'],
  // Who looks at a slide is told to the one who uploaded it, and to nobody else who does not look.
  'slide.watch': UPLOADERS,
  'rescan.ask': ['pathologist', 'expert'],
  'rescan.answer': UPLOADERS,
  'upload.create': UPLOADERS,
  'upload.list': UPLOADERS,
  'upload.send': UPLOADERS,
  'account.list': HEADS,
  'account.manage': HEADS,
  'hospital.list': EVERYONE,
  'hospital.manage': ['administrator'],
  'system.observe': ['administrator'],
};

export function roleMay(role: Role, action: Action): boolean {
  return ROLES_FOR[action].includes(role);
}

/** What a token narrows its account to. Label and macro are patient data: no token shows them. */
const ACTIONS_OF: Readonly<Record<TokenPurpose, readonly Action[]>> = {
  upload: ['upload.create', 'upload.list', 'upload.send'],
  read: ['slide.list', 'slide.view'],
};

/** Whether the actor may do this kind of thing at all: by role, and by the token if there is one. */
export function actorMay({ role, tokenPurpose }: Actor, action: Action): boolean {
  const inPurpose = tokenPurpose === undefined || ACTIONS_OF[tokenPurpose].includes(action);
  return inPurpose && roleMay(role, action);
}

function liveShare(
  actor: Actor,
  shares: readonly ShareGrant[],
  nowMs: number,
): ShareGrant | undefined {
  return shares.find(
    (share) =>
      share.hospitalId === actor.hospitalId &&
      (share.expiresAtMs === null || nowMs < share.expiresAtMs),
  );
}

function mayUseSlide(
  actor: Actor,
  action: Action,
  slide: Extract<Resource, { kind: 'slide' }>,
  nowMs: number,
): boolean {
  if (action === 'slide.watch') {
    return actor.accountId === slide.uploadedBy && actor.hospitalId === slide.hospitalId;
  }
  if (actor.role === 'administrator' || actor.hospitalId === slide.hospitalId) return true;
  if (slide.deleted) return false;
  const share = liveShare(actor, slide.shares, nowMs);
  if (share === undefined) return false;
  if (action === 'slide.view' || action === 'rescan.ask') return true;
  return action === 'slide.label' && share.includeLabel;
}

function mayUseUpload(actor: Actor, upload: Extract<Resource, { kind: 'upload' }>): boolean {
  // A token sends what it began itself, whoever made it.
  if (actor.tokenPurpose !== undefined && actor.accountId !== upload.accountId) return false;
  if (actor.role === 'administrator') return true;
  if (actor.hospitalId !== upload.hospitalId) return false;
  return actor.accountId === upload.accountId || actor.role === 'hospital-administrator';
}

function mayManageAccount(actor: Actor, account: Extract<Resource, { kind: 'account' }>): boolean {
  if (actor.role === 'administrator') return true;
  return actor.hospitalId === account.hospitalId && account.role !== 'administrator';
}

/**
 * The one decision about access. The server asks it on every route and tile; the client asks it only
 * to hide what would be refused. Without a resource: whether the role may do this kind of thing at all.
 * @param nowMs milliseconds since the epoch, for shares that end
 */
export function can(
  actor: Actor,
  action: Action,
  resource: Resource | null,
  nowMs: number,
): boolean {
  if (!actorMay(actor, action)) return false;
  if (resource === null) return true;
  switch (resource.kind) {
    case 'slide':
      return mayUseSlide(actor, action, resource, nowMs);
    case 'upload':
      return mayUseUpload(actor, resource);
    case 'account':
      return mayManageAccount(actor, resource);
    case 'hospital':
      return actor.role === 'administrator' || actor.hospitalId === resource.hospitalId;
  }
}
