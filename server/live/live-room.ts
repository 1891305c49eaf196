import {
  LIVE_LIMITS,
  type LiveRoom,
  type PresentReader,
  roomKey,
  type SeenField,
} from '../../shared/live/live-wire.ts';
import type { LiveConnection } from './live-connection.ts';
import type { BusFrame, RoomBus } from './room-bus.ts';

/** A connection in a room of this process. */
export interface Member {
  readonly connection: LiveConnection;
  /** Is shown readers without looking: the one who uploaded the slide. */
  watches: boolean;
  presence: LocalPresence | null;
}

/** What somebody looks at through a connection of this process. */
export interface LocalPresence {
  readonly presenceId: string;
  field: SeenField;
  toldMs: number;
  /** Calls off the telling that waits for its turn. */
  callOff: (() => void) | null;
}

export interface RoomNeeds {
  readonly bus: RoomBus;
  readonly now: () => number;
  readonly newId: () => string;
  readonly later: (delayMs: number, task: () => void) => () => void;
}

interface Present {
  readonly reader: PresentReader;
  heardMs: number;
}

const TELL_EVERY_MS = 1000 / LIVE_LIMITS.looksPerSecond;
/** Who looks without moving is told again, so that other processes know that this one still lives … */
const TELL_AGAIN_MS = 10_000;
/** … and a reader of whom nothing was heard for so long is gone with its process. */
const FORGET_MS = 25_000;

/**
 * One room of this process: who is in it here, and who looks anywhere. Whoever does not look is shown nobody,
 * except the one who uploaded the slide: nobody watches unseen but the hospital that sends, and readers are
 * told that it does.
 */
export class RoomHere {
  readonly room: LiveRoom;
  readonly key: string;
  readonly members = new Map<string, Member>();
  readonly #needs: RoomNeeds;
  readonly #present = new Map<string, Present>();
  readonly #stopListening: () => void;

  constructor(needs: RoomNeeds, room: LiveRoom) {
    this.room = room;
    this.key = roomKey(room);
    this.#needs = needs;
    this.#stopListening = needs.bus.listen(this.key, (frame) => this.#hear(frame));
    needs.bus.tell(this.key, { kind: 'who' });
  }

  add(member: Member): void {
    this.members.set(member.connection.id, member);
    member.connection.outbox.say({ kind: 'joined', room: this.room, watches: member.watches });
    this.#showAll(member);
  }

  /** Whether the presence ended with it. */
  remove(connectionId: string): boolean {
    const member = this.members.get(connectionId);
    if (member === undefined) return false;
    const looked = this.lookAway(member);
    this.members.delete(connectionId);
    return looked;
  }

  /** @returns whether this is a new look */
  look(member: Member, field: SeenField): boolean {
    const { now, newId } = this.#needs;
    const { presence } = member;
    if (presence === null) {
      member.presence = { presenceId: newId(), field, toldMs: now(), callOff: null };
      this.#tell(member);
      this.#showAll(member);
      return true;
    }
    presence.field = field;
    if (presence.callOff !== null) return false;
    const waitMs = presence.toldMs + TELL_EVERY_MS - now();
    if (waitMs <= 0) this.#tell(member);
    else presence.callOff = this.#needs.later(waitMs, () => this.#tell(member));
    return false;
  }

  /** @returns whether the member had looked */
  lookAway(member: Member): boolean {
    const { presence, connection } = member;
    if (presence === null) return false;
    presence.callOff?.();
    member.presence = null;
    const { presenceId } = presence;
    this.#needs.bus.tell(this.key, {
      kind: 'left',
      presenceId,
      accountId: connection.actor().accountId,
    });
    if (!member.watches) {
      for (const other of this.#present.keys()) connection.outbox.hide(this.#outboxKey(other));
    }
    return true;
  }

  /** Now and then: tells again who looks without moving, forgets whose process is gone. */
  refresh(): void {
    const nowMs = this.#needs.now();
    for (const member of this.members.values()) {
      const { presence } = member;
      if (presence !== null && nowMs - presence.toldMs >= TELL_AGAIN_MS) this.#tell(member);
    }
    for (const [presenceId, { heardMs, reader }] of this.#present) {
      if (nowMs - heardMs >= FORGET_MS) this.#forget(presenceId, reader.accountId);
    }
  }

  dispose(): void {
    for (const member of this.members.values()) member.presence?.callOff?.();
    this.#stopListening();
  }

  #outboxKey(presenceId: string): string {
    return `${this.key} ${presenceId}`;
  }

  #tell({ connection, presence }: Member): void {
    if (presence === null) return;
    presence.callOff = null;
    presence.toldMs = this.#needs.now();
    const { presenceId, field } = presence;
    const { accountId, role } = connection.actor();
    const reader = { presenceId, accountId, role, ...connection.person, field };
    this.#needs.bus.tell(this.key, { kind: 'reader', reader });
  }

  #hear(frame: BusFrame): void {
    switch (frame.kind) {
      case 'who':
        for (const member of this.members.values()) this.#tell(member);
        return;
      case 'reader':
        this.#present.set(frame.reader.presenceId, {
          reader: frame.reader,
          heardMs: this.#needs.now(),
        });
        for (const member of this.members.values()) this.#show(member, frame.reader);
        return;
      case 'left':
        this.#forget(frame.presenceId, frame.accountId);
        return;
      case 'changed':
        for (const { connection } of this.members.values()) {
          connection.outbox.say({ kind: 'changed', room: this.room, what: frame.what });
        }
    }
  }

  #maySee({ connection, watches, presence }: Member, accountId: string): boolean {
    return (watches || presence !== null) && connection.actor().accountId !== accountId;
  }

  #show(member: Member, reader: PresentReader): void {
    if (!this.#maySee(member, reader.accountId)) return;
    const key = this.#outboxKey(reader.presenceId);
    member.connection.outbox.show(key, { kind: 'reader', room: this.room, reader });
  }

  #showAll(member: Member): void {
    for (const { reader } of this.#present.values()) this.#show(member, reader);
  }

  #forget(presenceId: string, accountId: PresentReader['accountId']): void {
    if (!this.#present.delete(presenceId)) return;
    for (const member of this.members.values()) {
      member.connection.outbox.hide(this.#outboxKey(presenceId));
      if (!this.#maySee(member, accountId)) continue;
      const left = { kind: 'reader-left', room: this.room, presenceId, accountId } as const;
      member.connection.outbox.say(left);
    }
  }
}
