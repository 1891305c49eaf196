/**
 * Level-0 pixels per pixel of a coarser level. Scanners round the sides of coarser levels down or up,
 * so 46,001 / 11,500 means 4: whole numbers are taken where both sides fit them.
 */
export function nearDownsample(
  full: { readonly widthPx: number; readonly heightPx: number },
  level: { readonly widthPx: number; readonly heightPx: number },
): number {
  const mean = (full.widthPx / level.widthPx + full.heightPx / level.heightPx) / 2;
  const whole = Math.max(1, Math.round(mean));
  const fits = (long: number, short: number) => Math.abs(long / whole - short) < 1;
  if (fits(full.widthPx, level.widthPx) && fits(full.heightPx, level.heightPx)) return whole;
  return Math.max(1, mean);
}

/** Whether a page shows the same field as level 0, only coarser: sides shrink by the same factor. */
export function isSameField(
  full: { readonly widthPx: number; readonly heightPx: number },
  level: { readonly widthPx: number; readonly heightPx: number },
): boolean {
  const factor = Math.max(full.widthPx / level.widthPx, full.heightPx / level.heightPx);
  if (factor < 1) return false;
  const slackPx = 2;
  return (
    Math.abs(full.widthPx / factor - level.widthPx) <= slackPx + level.widthPx * 0.005 &&
    Math.abs(full.heightPx / factor - level.heightPx) <= slackPx + level.heightPx * 0.005
  );
}
