import { can, type Actor, type Resource } from './can.ts';

/**
 * Whether the actor may know that the resource exists. What is not visible is answered as "not found",
 * never as "refused": otherwise an id could be tried from another hospital.
 * @param nowMs milliseconds since the epoch, for shares that end
 */
export function isVisible(actor: Actor, resource: Resource, nowMs: number): boolean {
  if (actor.role === 'administrator' && actor.tokenPurpose === undefined) return true;
  switch (resource.kind) {
    case 'slide':
      return can(actor, 'slide.view', resource, nowMs);
    case 'upload':
      // What a colleague is sending is not yet a slide, and nobody else's business.
      return can(actor, 'upload.send', resource, nowMs);
    case 'account':
      return resource.hospitalId === actor.hospitalId;
    case 'hospital':
      // The alliance knows its hospitals: everyone may list them.
      return true;
  }
}
