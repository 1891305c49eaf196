import type { Pyramid } from '../../../shared/slide/pyramid.ts';
import { createRandomStream, type RandomStream } from './random-stream.ts';
import { type Power, READING_PACE as PACE } from './reading-pace.ts';

/** What a reader's pane shows from a moment on. */
export interface View {
  /** Milliseconds since the reader sat down. */
  readonly atMs: number;
  /** Index into the slides that the reader has. */
  readonly slide: number;
  readonly level: number;
  /** Middle of the pane, in pixels of level 0. */
  readonly centre: { readonly x: number; readonly y: number };
}

interface Place {
  readonly x: number;
  readonly y: number;
}

type Field = readonly [power: number, centre: Place];

/** The coarsest level that still has a pixel for each of the screen. */
export function levelOfPower(pyramid: Pyramid, power: number): number {
  const wanted = PACE.fullPower / power;
  let best = 0;
  for (const [level, { downsample }] of pyramid.levels.entries()) {
    // Scanners round the sides of their levels.
    if (downsample <= wanted * 1.01) best = level;
  }
  return best;
}

function inside({ widthPx, heightPx }: Pyramid, { x, y }: Place): Place {
  return { x: Math.min(Math.max(x, 0), widthPx - 1), y: Math.min(Math.max(y, 0), heightPx - 1) };
}

function fitPower({ widthPx, heightPx }: Pyramid): number {
  const { pane } = PACE;
  const scale = Math.max(widthPx / pane.widthPx, heightPx / pane.heightPx);
  return Math.min(PACE.fullPower / scale, PACE.powers.low);
}

/** Goes on in a direction, most of the time straight. */
function createWalk(random: RandomStream, pyramid: Pyramid) {
  let direction = random.between(0, 2 * Math.PI);
  return (from: Place, power: number): Place => {
    if (random.next() > PACE.goesStraight) direction = random.between(0, 2 * Math.PI);
    const [least, most] = PACE.panShare;
    const scale = (PACE.fullPower / power) * random.between(least, most);
    const to = {
      x: from.x + Math.cos(direction) * PACE.pane.widthPx * scale,
      y: from.y + Math.sin(direction) * PACE.pane.heightPx * scale,
    };
    const kept = inside(pyramid, to);
    // At the edge of the slide a reader turns round.
    if (kept.x !== to.x || kept.y !== to.y) direction += Math.PI;
    return kept;
  };
}

/** Steps on the way from one field to another: a pan slides, a zoom passes the powers between. */
function* glide(from: Field, to: Field): Generator<readonly [delayMs: number, field: Field]> {
  const [fromPower, start] = from;
  const [toPower, end] = to;
  for (let step = 1; step <= PACE.glideSteps; step++) {
    const share = step / PACE.glideSteps;
    const centre = {
      x: start.x + (end.x - start.x) * share,
      y: start.y + (end.y - start.y) * share,
    };
    const power = fromPower * (toPower / fromPower) ** share;
    yield [PACE.glideMs / PACE.glideSteps, [power, centre]];
  }
}

/** Fields of one visit to a slide, each with how long it is looked at; without end. */
function* fieldsOf(
  random: RandomStream,
  pyramid: Pyramid,
): Generator<readonly [Field, dwellMs: number]> {
  const walk = createWalk(random, pyramid);
  const middle = { x: pyramid.widthPx / 2, y: pyramid.heightPx / 2 };
  const dwell = (power: Power) => random.around(PACE.dwellMs[power], PACE.dwellSpread);
  for (;;) {
    yield [[fitPower(pyramid), middle], dwell('overview')];
    let centre = inside(pyramid, {
      x: pyramid.widthPx * random.between(0.1, 0.9),
      y: pyramid.heightPx * random.between(0.1, 0.9),
    });
    // Down to full power and back by way of the middle one, as the turret turns.
    for (const power of ['low', 'middle', 'high', 'middle'] as const) {
      const [least, most] = PACE.fields[power];
      const fields = random.whole(least, most);
      for (let field = 0; field < fields; field++) {
        yield [[PACE.powers[power], centre], dwell(power)];
        centre = walk(centre, PACE.powers[power]);
      }
    }
  }
}

/** The views of one slide from `fromMs` to `untilMs`. */
function* viewsOf(
  random: RandomStream,
  pyramid: Pyramid,
  slide: number,
  [fromMs, untilMs]: readonly [number, number],
): Generator<View> {
  let atMs = fromMs;
  let last: Field | undefined;
  for (const [field, dwellMs] of fieldsOf(random, pyramid)) {
    const steps = last === undefined ? [[0, field] as const] : glide(last, field);
    for (const [delayMs, [power, centre]] of steps) {
      atMs += delayMs;
      if (atMs >= untilMs) return;
      yield { atMs, slide, level: levelOfPower(pyramid, power), centre };
    }
    last = field;
    atMs += dwellMs;
  }
}

/** Which slides of those at hand make the next case. */
function chooseCase(random: RandomStream, slides: number): number[] {
  const size = Math.min(slides, random.whole(3, Math.round(2 * PACE.slidesACase - 3)));
  const chosen = new Set<number>();
  while (chosen.size < size) chosen.add(random.whole(0, slides - 1));
  return [...chosen];
}

/** All that a reader looks at, case after case, without end: the same for the same seed. */
export function* readCases(pyramids: readonly Pyramid[], seed: number): Generator<View> {
  const random = createRandomStream(seed);
  // The mean of a log-normal lies above its median by this.
  const median = PACE.slideSeconds * 1_000 * Math.exp(-(PACE.slideSpread ** 2) / 2);
  let atMs = 0;
  for (;;) {
    for (const slide of chooseCase(random, pyramids.length)) {
      const pyramid = pyramids[slide];
      if (pyramid === undefined) continue;
      const untilMs = atMs + random.around(median, PACE.slideSpread);
      yield* viewsOf(random, pyramid, slide, [atMs, untilMs]);
      atMs = untilMs;
    }
  }
}
