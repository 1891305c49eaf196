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

const MAX_SLIDES = 2_000;

export function createSlideAccessCache(needs: SlideAccessNeeds): SlideAccessCache {
  const { loadAccess, now, keepMs = 5_000, keepArrivingMs = 1_000, onDrop } = needs;
  const kept = new Map<SlideId, { readonly access: SlideAccess; readonly untilMs: number }>();
  const loading = new Map<SlideId, Promise<SlideAccess | undefined>>();

  function peek(id: SlideId): SlideAccess | undefined {
    const entry = kept.get(id);
    if (entry === undefined) return undefined;
    if (now() < entry.untilMs) return entry.access;
    kept.delete(id);
    return undefined;
  }

  function keep(access: SlideAccess): void {
    // A slide that is being built is asked for again: its readers must not wait for this cache.
    const { kind } = access.status;
    const isArriving = kind === 'arriving' && access.properties !== null;
    if (kind !== 'ready' && !isArriving) return;
    if (kept.size >= MAX_SLIDES) {
      const oldest = kept.keys().next().value;
      if (oldest !== undefined) kept.delete(oldest);
    }
    kept.set(access.id, { access, untilMs: now() + (isArriving ? keepArrivingMs : keepMs) });
  }

  function start(id: SlideId): Promise<SlideAccess | undefined> {
    const flight = loadAccess(id).then(
      (access) => {
        // A slide that was dropped meanwhile has changed: what was read before is not kept.
        if (loading.get(id) === flight) {
          loading.delete(id);
          if (access !== undefined) keep(access);
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

  return {
    peek,
    load: async (id) => peek(id) ?? (await (loading.get(id) ?? start(id))),
    drop: (id) => {
      kept.delete(id);
      loading.delete(id);
      onDrop?.(id);
    },
    clear: () => {
      const ids = [...kept.keys()];
      kept.clear();
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
