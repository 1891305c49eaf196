/**
 * How a pathologist goes through a case, in numbers. What has a source names it; the rest is an assumption,
 * chosen on the busy side, and written down here so that it can be argued with.
 */
export const READING_PACE = {
  /** Slides of one case: 355,104 slides in 72,916 consultations (Henan province 2016-24, JMIR). */
  slidesACase: 4.9,
  /** Seconds at one slide: 18.69 hours over 397 slides, 19 pathologists (PathoGaze1.0, arXiv 2510.24653). */
  slideSeconds: 169,
  /** Assumption: a slide takes from a third to three times of that; standard deviation of the logarithm. */
  slideSpread: 0.55,
  /** A pan or a zoom of our viewer glides so long (client/viewer/osd-stage.ts, animationTime). */
  glideMs: 350,
  /** Assumption: while it glides, what comes into sight is asked for in so many steps. */
  glideSteps: 3,
  /**
   * Assumption: median pause at a field. With 2.55 fixations a second (171,909 in 18.69 h, the same source) that
   * is some five fixations a field; together with the glides about 25 fields a minute.
   */
  dwellMs: { overview: 3_000, low: 1_900, middle: 1_900, high: 2_200 },
  dwellSpread: 0.5,
  /** Assumption: fields looked at before the magnification changes. */
  fields: { low: [2, 4], middle: [4, 8], high: [3, 6] },
  /** Paths are mostly straight lines (Roa-Peña et al. 2010, Diagn Pathol 5:71); the share is an assumption. */
  goesStraight: 0.7,
  /** Assumption: a pan moves by so much of the field; neighbours overlap, as they do under a microscope. */
  panShare: [0.5, 0.9],
  /** Objective of level 0, and the usual way down. */
  fullPower: 40,
  powers: { overview: 1.25, low: 5, middle: 20, high: 40 },
  /** A pane on a screen of 1920 x 1080 beside tray and panels, in its pixels. */
  pane: { widthPx: 1_800, heightPx: 960 },
} as const;

export type Power = keyof typeof READING_PACE.powers;
