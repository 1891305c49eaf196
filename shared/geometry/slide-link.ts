import { z } from 'zod';
import type { SlidePoint } from './spaces.ts';
import { slidePoint } from './spaces.ts';
import type { ViewState } from './view-state.ts';
import { normaliseDegrees } from './view-state.ts';

/**
 * How one slide lies on another: q = scale · R(rotation) · M · p + (dx, dy), where M mirrors x when `mirrored`.
 * Level-0 pixels of the first slide go in, level-0 pixels of the second come out.
 */
export const SlideLink = z.object({
  scale: z.number().positive(),
  /** Degrees, clockwise in slide coordinates (y down). */
  rotation: z.number(),
  mirrored: z.boolean(),
  dx: z.number(),
  dy: z.number(),
});
export type SlideLink = z.infer<typeof SlideLink>;

export const SAME_PLACE: SlideLink = { scale: 1, rotation: 0, mirrored: false, dx: 0, dy: 0 };

interface Linear {
  readonly scale: number;
  readonly rotation: number;
  readonly mirrored: boolean;
}

function turn(link: Linear, x: number, y: number): { readonly x: number; readonly y: number } {
  const radians = (link.rotation * Math.PI) / 180;
  const cos = Math.cos(radians) * link.scale;
  const sin = Math.sin(radians) * link.scale;
  const mx = link.mirrored ? -x : x;
  return { x: mx * cos - y * sin, y: mx * sin + y * cos };
}

export function mapPoint(link: SlideLink, point: SlidePoint): SlidePoint {
  const turned = turn(link, point.x, point.y);
  return slidePoint(turned.x + link.dx, turned.y + link.dy);
}

function withOffset(linear: Linear, from: { x: number; y: number }, to: { x: number; y: number }) {
  const turned = turn(linear, from.x, from.y);
  return { ...linear, dx: to.x - turned.x, dy: to.y - turned.y };
}

/** The link under which both panes show the same place now: "lock here". */
export function linkHere(leader: ViewState, follower: ViewState): SlideLink {
  const mirrored = leader.flip !== follower.flip;
  const linear = {
    scale: follower.pxPerScreenPx / leader.pxPerScreenPx,
    rotation: normaliseDegrees((mirrored ? -leader.rotation : leader.rotation) - follower.rotation),
    mirrored,
  };
  return withOffset(linear, leader, follower);
}

/** What the other pane shows when the first shows `leader`. */
export function follow(link: SlideLink, leader: ViewState): ViewState {
  const centre = mapPoint(link, slidePoint(leader.x, leader.y));
  const turned = link.mirrored ? -leader.rotation : leader.rotation;
  return {
    x: centre.x,
    y: centre.y,
    pxPerScreenPx: leader.pxPerScreenPx * link.scale,
    rotation: normaliseDegrees(turned - link.rotation),
    flip: leader.flip !== link.mirrored,
  };
}

export function invertLink(link: SlideLink): SlideLink {
  const linear = {
    scale: 1 / link.scale,
    rotation: normaliseDegrees(link.mirrored ? link.rotation : -link.rotation),
    mirrored: link.mirrored,
  };
  return withOffset(linear, { x: link.dx, y: link.dy }, { x: 0, y: 0 });
}

/** First `inner`, then `outer`. */
export function composeLinks(outer: SlideLink, inner: SlideLink): SlideLink {
  const linear = {
    scale: outer.scale * inner.scale,
    rotation: normaliseDegrees(
      outer.rotation + (outer.mirrored ? -inner.rotation : inner.rotation),
    ),
    mirrored: outer.mirrored !== inner.mirrored,
  };
  const origin = mapPoint(outer, slidePoint(inner.dx, inner.dy));
  return { ...linear, dx: origin.x, dy: origin.y };
}
