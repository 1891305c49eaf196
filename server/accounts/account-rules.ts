import type { Role } from '../../shared/account/account.ts';
import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { AccountId, HospitalId } from '../../shared/ids.ts';

/** What an account is to become. */
export interface AccountPlace {
  readonly role: Role;
  readonly hospitalId: HospitalId;
}

/**
 * A hospital administrator manages the own hospital, and makes nobody mightier than itself.
 * @throws AppError 'access.refused'
 */
export function refuseBeyondReach(actor: Actor, wanted: AccountPlace): void {
  if (actor.role === 'administrator') return;
  if (wanted.hospitalId !== actor.hospitalId) {
    throw new AppError('access.refused', 'an account of another hospital');
  }
  if (wanted.role === 'administrator') {
    throw new AppError('access.refused', 'only an administrator makes administrators');
  }
}

/**
 * Somebody must be left who can sign in and manage the alliance.
 * @param administrators ids of those who can sign in now
 * @throws AppError 'access.last-administrator'
 */
export function refuseLastAdministrator(
  administrators: readonly AccountId[],
  leaving: readonly AccountId[],
): void {
  const left = administrators.filter((id) => !leaving.includes(id));
  if (administrators.length > 0 && left.length === 0) {
    throw new AppError('access.last-administrator', 'no administrator would be left');
  }
}
