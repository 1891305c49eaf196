import { actorMay, can, type Actor, type Resource } from '../../shared/access/can.ts';
import { isVisible } from '../../shared/access/visible.ts';
import type { Endpoint } from '../../shared/api/endpoint.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { SignIn } from './authenticate.ts';
import { loadResource, type Resources } from './resources.ts';

/** Endpoints that answer before a first password is changed. */
const BEFORE_PASSWORD_CHANGE = /^session\./;

/**
 * What can be decided before anything of the request is read: signed in at all, password in order, role.
 * It says nothing about any id.
 * @throws AppError 'access.unsigned', 'access.password-change-required', 'access.refused'
 */
export function admit(name: string, endpoint: Endpoint, signIn: SignIn | undefined): void {
  const { access } = endpoint;
  if (access.kind === 'public' || access.kind === 'metrics') return;
  if (signIn === undefined) throw new AppError('access.unsigned', `${name} without a sign-in`);
  if (signIn.mustChangePassword && !BEFORE_PASSWORD_CHANGE.test(name)) {
    throw new AppError('access.password-change-required', `${name} before the password change`);
  }
  const { actor } = signIn;
  if (actor.tokenPurpose !== undefined) {
    // What is open to everyone who signs in is for people; a program gets what its purpose names.
    if (access.kind === 'action' && actorMay(actor, access.action)) return;
    throw new AppError(
      'access.token-insufficient',
      `${name} with a token to ${actor.tokenPurpose}`,
    );
  }
  if (access.kind === 'action' && !actorMay(actor, access.action)) {
    throw new AppError('access.refused', `${signIn.actor.role} may not ${access.action}`);
  }
}

/**
 * Decides about the resource in the path, and gives it. Unknown and invisible are the same answer.
 * @throws AppError 'request.not-found', 'access.refused'
 */
export async function authorise(
  needs: { readonly resources: Resources; readonly now: () => number },
  endpoint: Endpoint,
  actor: Actor | undefined,
  params: Readonly<Record<string, unknown>>,
): Promise<Resource | null> {
  const { access } = endpoint;
  if (access.kind !== 'action' || access.resource === null) return null;
  const resource = await loadResource(needs.resources, access.resource, params);
  if (actor === undefined || resource === undefined || !isVisible(actor, resource, needs.now())) {
    throw new AppError('request.not-found', `no ${access.resource} that the caller may see`);
  }
  if (!can(actor, access.action, resource, needs.now())) {
    throw new AppError('access.refused', `${actor.role} may not ${access.action} this one`);
  }
  return resource;
}
