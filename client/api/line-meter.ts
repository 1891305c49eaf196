/** What is known about the way to the server; null: not measured yet. */
export interface LineMeasure {
  /** From a request to the head of its answer, at best of late: the line, with as little of the server as can be. */
  readonly roundTripMs: number | null;
  /** While something came. */
  readonly bytesPerMs: number | null;
}

/** One request, as the meter sees it. Each of these is said once, in this order; took() as often as bytes come. */
export interface MeteredRequest {
  headCame(): void;
  took(bytes: number): void;
  ended(): void;
}

const KEPT_ROUND_TRIPS = 12;
const ROUND_TRIP_AGE_MS = 60_000;
/** Less says more about the packets than about the line. */
const LEAST_SAMPLE_BYTES = 48 * 1024;
/** How much of the estimate a sample of one second replaces. */
const WEIGHT_PER_MS = 1 / 1000;
/** Beyond a gigabit nothing here changes. */
const MOST_BYTES_PER_MS = 125_000;

/** Measures the line by the requests that go over it anyway: nothing is sent in order to measure. */
export class LineMeter {
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #roundTrips: { readonly ms: number; readonly atMs: number }[] = [];
  #receiving = 0;
  #busySinceMs = 0;
  #busyMs = 0;
  #busyBytes = 0;
  #measure: LineMeasure = { roundTripMs: null, bytesPerMs: null };

  /** @param now milliseconds from any beginning */
  constructor(now: () => number) {
    this.#now = now;
  }

  begin(): MeteredRequest {
    const begunMs = this.#now();
    let isReceiving = false;
    return {
      headCame: () => {
        this.#addRoundTrip(this.#now() - begunMs);
        this.#countBusy();
        this.#receiving += 1;
        isReceiving = true;
      },
      took: (bytes) => {
        this.#busyBytes += bytes;
      },
      ended: () => {
        if (!isReceiving) return;
        isReceiving = false;
        this.#countBusy();
        this.#receiving -= 1;
        this.#addSample();
      },
    };
  }

  /** The same object until something changes. */
  measure(): LineMeasure {
    return this.#measure;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #addRoundTrip(ms: number): void {
    const nowMs = this.#now();
    this.#roundTrips = [...this.#roundTrips, { ms, atMs: nowMs }]
      .filter((trip) => nowMs - trip.atMs < ROUND_TRIP_AGE_MS)
      .slice(-KEPT_ROUND_TRIPS);
    this.#change({ roundTripMs: Math.min(...this.#roundTrips.map((trip) => trip.ms)) });
  }

  /** Time counts while anything is on its way, however many requests share the line. */
  #countBusy(): void {
    const nowMs = this.#now();
    if (this.#receiving > 0) this.#busyMs += nowMs - this.#busySinceMs;
    this.#busySinceMs = nowMs;
  }

  #addSample(): void {
    if (this.#busyBytes < LEAST_SAMPLE_BYTES) return;
    const rate = Math.min(MOST_BYTES_PER_MS, this.#busyBytes / Math.max(1, this.#busyMs));
    const weight = Math.min(1, Math.max(0.2, this.#busyMs * WEIGHT_PER_MS));
    const known = this.#measure.bytesPerMs;
    this.#change({ bytesPerMs: known === null ? rate : known + (rate - known) * weight });
    this.#busyBytes = 0;
    this.#busyMs = 0;
  }

  #change(part: Partial<LineMeasure>): void {
    this.#measure = { ...this.#measure, ...part };
    for (const listener of this.#listeners) listener();
  }
}

/** The way from this page to its server: one for all that the page asks for. */
export const pageLine = new LineMeter(() => performance.now());
