import { actorMay, can, type Actor, type Resource } from '../../shared/access/can.ts';
import type { AccountId, HospitalId, SlideId } from '../../shared/ids.ts';
import {
  type BrowserFrame,
  type ChangedNoun,
  LIVE_LIMITS,
  type LiveRoom,
  roomKey,
  type SeenField,
} from '../../shared/live/live-wire.ts';
import type { LiveConnection, LiveListener } from './live-connection.ts';
import { type Member, RoomHere, type RoomNeeds } from './live-room.ts';

type SlideResource = Extract<Resource, { kind: 'slide' }>;

export interface HubNeeds extends RoomNeeds {
  readonly findSlide: (id: SlideId) => Promise<SlideResource | undefined>;
  /** Keeps for the uploader when somebody last looked. */
  readonly noteLook: (slideId: SlideId, accountId: AccountId) => void;
  readonly log: (line: string) => void;
}

/**
 * The rooms of this process. Joining is decided by can(), and again every few seconds, at once when the slide's
 * shares or the account change, and on every new look.
 */
export interface LiveHub extends LiveListener {
  /** Something about the slide's access may have changed. */
  recheckSlide(slideId: SlideId): void;
  /** The account behind it may have changed. */
  recheckConnection(connection: LiveConnection): void;
  changed(room: LiveRoom, what: ChangedNoun): void;
  /** Rooms that are open here, for metrics. */
  roomCount(): number;
  /** Now and then, by a timer: presence that is told again, or forgotten. */
  refresh(): void;
  /** Now and then, by a timer: decides again about everybody. What changes in this process is heard at once. */
  recheckAll(): void;
  /** Keeps that those who look still do, so that a crash forgets a minute at most. */
  noteLookers(): void;
  dispose(): void;
}

type Decision = { readonly watches: boolean } | null;

function mayHearRescans(actor: Actor, hospitalId: HospitalId): boolean {
  return actorMay(actor, 'rescan.answer') && actor.hospitalId === hospitalId;
}

/** null: there is no such room for this actor. */
async function decide(
  { findSlide, now }: Pick<HubNeeds, 'findSlide' | 'now'>,
  actor: Actor,
  room: LiveRoom,
): Promise<Decision> {
  if (room.kind === 'hospital-rescans') {
    return mayHearRescans(actor, room.hospitalId) ? { watches: false } : null;
  }
  const slide = await findSlide(room.slideId);
  if (slide === undefined || !can(actor, 'slide.view', slide, now())) return null;
  return { watches: can(actor, 'slide.watch', slide, now()) };
}

class Hub implements LiveHub {
  readonly #needs: HubNeeds;
  readonly #rooms = new Map<string, RoomHere>();
  /** Rooms that a connection has joined or is joining: leaving meanwhile must win. */
  readonly #joined = new Map<string, Map<string, LiveRoom>>();

  constructor(needs: HubNeeds) {
    this.#needs = needs;
  }

  frame(connection: LiveConnection, frame: BrowserFrame): void {
    switch (frame.kind) {
      case 'join':
        this.#join(connection, frame.room);
        return;
      case 'leave':
        this.#joined.get(connection.id)?.delete(roomKey(frame.room));
        this.#takeOut(connection, frame.room);
        return;
      case 'look':
        this.#look(connection, frame.room, frame.field);
        return;
      case 'look-away':
        this.#lookAway(connection, frame.room);
    }
  }

  closed(connection: LiveConnection): void {
    const rooms = this.#joined.get(connection.id);
    this.#joined.delete(connection.id);
    for (const room of rooms?.values() ?? []) this.#takeOut(connection, room);
  }

  recheckSlide(slideId: SlideId): void {
    const room = this.#rooms.get(roomKey({ kind: 'slide', slideId }));
    if (room !== undefined) this.#recheckRoom(room);
  }

  recheckConnection(connection: LiveConnection): void {
    for (const room of this.#joined.get(connection.id)?.values() ?? []) {
      const here = this.#rooms.get(roomKey(room));
      const member = here?.members.get(connection.id);
      if (here !== undefined && member !== undefined) this.#recheckMember(here, member);
    }
  }

  changed(room: LiveRoom, what: ChangedNoun): void {
    this.#needs.bus.tell(roomKey(room), { kind: 'changed', what });
  }

  roomCount(): number {
    return this.#rooms.size;
  }

  refresh(): void {
    for (const room of this.#rooms.values()) room.refresh();
  }

  recheckAll(): void {
    for (const room of this.#rooms.values()) this.#recheckRoom(room);
  }

  noteLookers(): void {
    for (const { room, members } of this.#rooms.values()) {
      for (const { connection, presence } of members.values()) {
        if (presence !== null) this.#note(connection, room);
      }
    }
  }

  dispose(): void {
    for (const room of this.#rooms.values()) room.dispose();
    this.#rooms.clear();
  }

  #join(connection: LiveConnection, room: LiveRoom): void {
    const joined = this.#joined.get(connection.id) ?? new Map<string, LiveRoom>();
    this.#joined.set(connection.id, joined);
    const key = roomKey(room);
    if (joined.has(key)) return;
    if (joined.size >= LIVE_LIMITS.roomsPerConnection) {
      connection.outbox.say({ kind: 'refused', room, reason: 'too-many' });
      return;
    }
    joined.set(key, room);
    this.#decide(connection, room, (decision) => {
      // The browser may have left, or joined again, while the answer was on its way.
      if (this.#joined.get(connection.id)?.get(key) !== room) return;
      if (decision === null) this.#refuse(connection, room);
      else this.#open(room).add({ connection, watches: decision.watches, presence: null });
    });
  }

  /** What cannot be decided now is not allowed now. */
  #decide(connection: LiveConnection, room: LiveRoom, then: (decision: Decision) => void): void {
    decide(this.#needs, connection.actor(), room).then(then, (cause: unknown) => {
      this.#needs.log(`access to a room could not be decided: ${String(cause)}`);
      then(null);
    });
  }

  #open(room: LiveRoom): RoomHere {
    const key = roomKey(room);
    const open = this.#rooms.get(key) ?? new RoomHere(this.#needs, room);
    this.#rooms.set(key, open);
    return open;
  }

  #refuse(connection: LiveConnection, room: LiveRoom): void {
    this.#joined.get(connection.id)?.delete(roomKey(room));
    this.#takeOut(connection, room);
    connection.outbox.say({ kind: 'refused', room, reason: 'not-found' });
  }

  #takeOut(connection: LiveConnection, room: LiveRoom): void {
    const here = this.#rooms.get(roomKey(room));
    if (here === undefined) return;
    if (here.remove(connection.id)) this.#note(connection, room);
    if (here.members.size > 0) return;
    here.dispose();
    this.#rooms.delete(here.key);
  }

  #look(connection: LiveConnection, room: LiveRoom, field: SeenField): void {
    const here = this.#rooms.get(roomKey(room));
    const member = here?.members.get(connection.id);
    // Not joined (yet, or no longer), or nothing that can be looked at: presence may be dropped.
    if (here === undefined || member === undefined || room.kind !== 'slide') return;
    if (here.look(member, field)) this.#note(connection, room);
  }

  #lookAway(connection: LiveConnection, room: LiveRoom): void {
    const here = this.#rooms.get(roomKey(room));
    const member = here?.members.get(connection.id);
    if (here === undefined || member === undefined) return;
    if (here.lookAway(member)) this.#note(connection, room);
  }

  #note(connection: LiveConnection, room: LiveRoom): void {
    if (room.kind === 'slide') this.#needs.noteLook(room.slideId, connection.actor().accountId);
  }

  #recheckRoom(room: RoomHere): void {
    for (const member of room.members.values()) this.#recheckMember(room, member);
  }

  #recheckMember({ room, members }: RoomHere, member: Member): void {
    const { connection } = member;
    this.#decide(connection, room, (decision) => {
      if (members.get(connection.id) !== member) return;
      if (decision === null) this.#refuse(connection, room);
      else member.watches = decision.watches;
    });
  }
}

export function createLiveHub(needs: HubNeeds): LiveHub {
  return new Hub(needs);
}
