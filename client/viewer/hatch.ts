/**
 * What is drawn where there is no tissue to draw. Opaque where a tile failed: a blurred coarser level shining
 * through would look like an answer. See-through where bytes are on their way: orientation helps, and the
 * dashes say that it is not the slide yet.
 */
export type HatchKind = 'failed' | 'waiting';

const FAILED = { ground: '#e6dfd8', line: '#a3382f', pitchPx: 24, widthPx: 3 };
const WAITING = { ground: 'rgb(226 232 240 / 45%)', line: '#33537d', pitchPx: 32, widthPx: 2 };

function strokeDiagonals(ctx: CanvasRenderingContext2D, pitchPx: number, rising: boolean): void {
  const { width, height } = ctx.canvas;
  ctx.beginPath();
  for (let start = -height; start < width + height; start += pitchPx) {
    ctx.moveTo(start, rising ? height : 0);
    ctx.lineTo(start + height, rising ? 0 : height);
  }
  ctx.stroke();
}

/** Fills the whole canvas of a tile: 45° lines and a border, so that it is seen at any size of tile. */
export function drawHatch(ctx: CanvasRenderingContext2D, kind: HatchKind): void {
  const style = kind === 'failed' ? FAILED : WAITING;
  const { width, height } = ctx.canvas;
  ctx.save();
  ctx.clearRect(0, 0, width, height);
  ctx.fillStyle = style.ground;
  ctx.fillRect(0, 0, width, height);
  ctx.strokeStyle = style.line;
  ctx.lineWidth = style.widthPx;
  ctx.setLineDash(kind === 'failed' ? [] : [10, 12]);
  strokeDiagonals(ctx, style.pitchPx, kind === 'failed');
  ctx.strokeRect(1.5, 1.5, Math.max(0, width - 3), Math.max(0, height - 3));
  ctx.restore();
}
