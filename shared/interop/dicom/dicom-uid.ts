import { sha256 } from '@noble/hashes/sha2.js';
import { SlideId } from '../../ids.ts';

/** UIDs of slides that have none of their own: a UUID behind 2.25 (PS3.5, B.2). */

function uidOfHex(hex: string): string {
  return `2.25.${BigInt(`0x${hex}`)}`;
}

export function studyUidOf(slideId: SlideId): string {
  return uidOfHex(slideId.replaceAll('-', ''));
}

/** What a UUID is of this kind (RFC 9562, 5.8): made by a rule of our own. */
function asVersion8(hex: string): string {
  const variant = (8 + (Number.parseInt(hex[16] ?? '0', 16) & 3)).toString(16);
  return `${hex.slice(0, 12)}8${hex.slice(13, 16)}${variant}${hex.slice(17, 32)}`;
}

/** The same for ever: made of the slide's id and a name. */
export function derivedUid(slideId: SlideId, name: string): string {
  const digest = sha256(new TextEncoder().encode(`${slideId}/${name}`));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return uidOfHex(asVersion8(hex));
}

/** The series differs from its study in the version of the UUID only, so that it leads back to the slide. */
export function seriesUidOf(slideId: SlideId): string {
  return uidOfHex(asVersion8(slideId.replaceAll('-', '')));
}

const UUID_UID = /^2\.25\.(0|[1-9]\d{0,38})$/;

function hexOf(uid: string): string | undefined {
  const digits = UUID_UID.exec(uid)?.[1];
  if (digits === undefined) return undefined;
  const hex = BigInt(digits).toString(16).padStart(32, '0');
  return hex.length === 32 ? hex : undefined;
}

function slideIdOf(hex: string): SlideId[] {
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  const parsed = SlideId.safeParse([...parts, hex.slice(20)].join('-'));
  return parsed.success ? [parsed.data] : [];
}

/** The slide whose study this would be, whether or not there is one. */
export function slideOfStudyUid(uid: string): readonly SlideId[] {
  const hex = hexOf(uid);
  return hex === undefined ? [] : slideIdOf(hex);
}

/** Slides whose series this would be: ids are UUIDs of version 4 or 7. */
export function slidesOfSeriesUid(uid: string): readonly SlideId[] {
  const hex = hexOf(uid);
  if (hex === undefined || hex[12] !== '8') return [];
  return ['4', '7'].flatMap((version) =>
    slideIdOf(`${hex.slice(0, 12)}${version}${hex.slice(13)}`),
  );
}
