import type { Resource, ShareGrant } from '../../shared/access/can.ts';
import type { HospitalId, SlideId } from '../../shared/ids.ts';
import type { SlideProperties, SlideStatus } from '../../shared/slide/slide.ts';
import { inScope, SYSTEM, type Database } from '../storage/database.ts';

/** What a tile needs to know of its slide: who may see it, and where its pixels are. */
export interface SlideAccess {
  readonly id: SlideId;
  readonly resource: Extract<Resource, { kind: 'slide' }>;
  readonly revision: number;
  readonly status: SlideStatus;
  readonly originalKey: string | null;
  readonly properties: SlideProperties | null;
}

/**
 * Slides that tiles were asked of in the last seconds. What changes here (a share, its end, a deletion)
 * drops the slide at once, here and by a notice in other processes; a notice that is lost costs `keepMs` at most.
 */
export interface SlideAccessCache {
  peek(id: SlideId): SlideAccess | undefined;
  load(id: SlideId): Promise<SlideAccess | undefined>;
  drop(id: SlideId): void;
  /** Everything may have changed. */
  readonly clear: () => void;
}

export interface SlideAccessNeeds {
  readonly loadAccess: (id: SlideId) => Promise<SlideAccess | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly keepMs?: number;
  /** It moves into the store when its last chunk is in, perhaps in another process. */
  readonly keepArrivingMs?: number;
  /** Hears of every drop: who may see the slide may have changed. */
  readonly onDrop?: (id: SlideId) => void;
}

interface Kept {
  readonly access: SlideAccess;
  readonly untilMs: number;
  /** From here on the database is asked again, while this is still believed. */
  readonly renewMs: number;
}

const MAX_SLIDES = 2_000;
/** After this share of its time a slide that is being read is loaded again, so that no tile waits for it. */
const RENEW_AFTER = 0.6;

/** Slides that are believed at the moment. */
function createShelf({ now, keepMs = 5_000, keepArrivingMs = 1_000 }: SlideAccessNeeds) {
  const kept = new Map<SlideId, Kept>();
  return {
    forget: (id: SlideId): void => {
      kept.delete(id);
    },
    /** Which ones were believed until now. */
    clear: (): SlideId[] => {
      const ids = [...kept.keys()];
      kept.clear();
      return ids;
    },
    find: (id: SlideId): SlideAccess | undefined => {
      const entry = kept.get(id);
      if (entry === undefined) return undefined;
      if (now() < entry.untilMs) return entry.access;
      kept.delete(id);
      return undefined;
    },
    /** Whether it is time to load this one again; says so once. */
    isDue: (id: SlideId): boolean => {
      const entry = kept.get(id);
      if (entry === undefined || now() < entry.renewMs) return false;
      kept.set(id, { ...entry, renewMs: entry.untilMs });
      return true;
    },
    keep: (id: SlideId, access: SlideAccess | undefined): void => {
      kept.delete(id);
      if (access === undefined) return;
      // A slide that is being built is asked for again: its readers must not wait for this cache.
      const { kind } = access.status;
      const isArriving = kind === 'arriving' && access.properties !== null;
      if (kind !== 'ready' && !isArriving) return;
      if (kept.size >= MAX_SLIDES) {
        const oldest = kept.keys().next().value;
        if (oldest !== undefined) kept.delete(oldest);
      }
      const nowMs = now();
      const forMs = isArriving ? keepArrivingMs : keepMs;
      kept.set(id, { access, untilMs: nowMs + forMs, renewMs: nowMs + forMs * RENEW_AFTER });
    },
  };
}

export function createSlideAccessCache(needs: SlideAccessNeeds): SlideAccessCache {
  const { loadAccess, onDrop } = needs;
  const shelf = createShelf(needs);
  const loading = new Map<SlideId, Promise<SlideAccess | undefined>>();

  function start(id: SlideId): Promise<SlideAccess | undefined> {
    const flight = loadAccess(id).then(
      (access) => {
        // A slide that was dropped meanwhile has changed: what was read before is not kept.
        if (loading.get(id) === flight) {
          loading.delete(id);
          shelf.keep(id, access);
        }
        return access;
      },
      (cause: unknown) => {
        if (loading.get(id) === flight) loading.delete(id);
        throw cause;
      },
    );
    loading.set(id, flight);
    return flight;
  }

  function peek(id: SlideId): SlideAccess | undefined {
    const access = shelf.find(id);
    if (access !== undefined && shelf.isDue(id) && !loading.has(id)) {
      // A database that is away: the slide is believed to the end of its time, and the next load says why not.
      start(id).catch(() => undefined);
    }
    return access;
  }

  return {
    peek,
    load: async (id) => peek(id) ?? (await (loading.get(id) ?? start(id))),
    drop: (id) => {
      shelf.forget(id);
      loading.delete(id);
      onDrop?.(id);
    },
    clear: () => {
      const ids = shelf.clear();
      loading.clear();
      for (const id of ids) onDrop?.(id);
    },
  };
}

interface ShareRow {
  readonly hospitalId: HospitalId;
  readonly includeLabel: boolean;
  readonly expiresAt: Date | null;
}

function grantsOf(rows: readonly ShareRow[]): ShareGrant[] {
  return rows.map(({ hospitalId, includeLabel, expiresAt }) => ({
    hospitalId,
    includeLabel,
    expiresAtMs: expiresAt === null ? null : expiresAt.getTime(),
  }));
}

/** Reads what can() and the tiles need, as the system: whoever asks is decided about afterwards. */
export async function loadSlideAccess(
  { database }: { readonly database: Database },
  id: SlideId,
): Promise<SlideAccess | undefined> {
  return await inScope(database, SYSTEM, async (transaction) => {
    const row = await transaction
      .selectFrom('slides')
      .select(['hospital_id', 'deleted_at', 'revision', 'status', 'original_key', 'properties'])
      .select('uploaded_by')
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const shares = await transaction
      .selectFrom('slide_shares')
      .select([
        'hospital_id as hospitalId',
        'include_label as includeLabel',
        'expires_at as expiresAt',
      ])
      .where('slide_id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
    return {
      id,
      resource: {
        kind: 'slide',
        hospitalId: row.hospital_id,
        deleted: row.deleted_at !== null,
        shares: grantsOf(shares),
        uploadedBy: row.uploaded_by,
      },
      revision: row.revision,
      status: row.status,
      originalKey: row.original_key,
      properties: row.properties,
    };
  });
}
