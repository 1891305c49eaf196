import type { ColumnType, Generated, Selectable } from 'kysely';
import type { Locale, Role } from '../../shared/account/account.ts';
import type { TokenPurpose } from '../../shared/access/token.ts';
import type {
  AccountId,
  HospitalId,
  RescanId,
  ShareId,
  SlideId,
  TokenId,
  UploadId,
} from '../../shared/ids.ts';
import type { SlideBox } from '../../shared/geometry/slide-box.ts';
import type { ViewState } from '../../shared/geometry/view-state.ts';
import type { RescanKind, RescanReason } from '../../shared/rescan/rescan.ts';
import type { SlideProperties, SlideStatus } from '../../shared/slide/slide.ts';
import type { DatedFile } from '../../shared/upload/fingerprint.ts';
import type { JsonColumn } from './json-column.ts';

/** A moment that the database fills in when the writer does not. */
type MomentByDefault = ColumnType<Date, Date | undefined, Date>;

export interface HospitalsTable {
  id: HospitalId;
  code: string;
  name_zh: string;
  name_en: string;
  created_at: MomentByDefault;
  disabled_at: Date | null;
}

export interface AccountsTable {
  id: AccountId;
  /** Unique without regard to case. */
  username: string;
  display_name: string;
  role: Role;
  hospital_id: HospitalId;
  password_hash: string;
  /** Encrypted. In force: a sign-in asks for its code. */
  totp_secret: string | null;
  /** Encrypted. Shown to its owner, not yet confirmed with a code. */
  totp_pending_secret: string | null;
  /** The last time step whose code was accepted: a code counts once (RFC 6238, 5.2). */
  totp_last_step: number | null;
  must_change_password: Generated<boolean>;
  locale: Generated<Locale>;
  disabled_at: Date | null;
  created_at: MomentByDefault;
}

export interface SessionsTable {
  /** SHA-256 of the token; the token itself is only in the cookie. */
  token_hash: Uint8Array;
  account_id: AccountId;
  created_at: MomentByDefault;
  seen_at: MomentByDefault;
  expires_at: Date;
  user_agent: Generated<string>;
  address: Generated<string>;
}

export interface AccessTokensTable {
  id: TokenId;
  account_id: AccountId;
  /** SHA-256 of the token; the token itself is kept nowhere. */
  token_hash: Uint8Array;
  name: string;
  purpose: TokenPurpose;
  /** The first characters after the prefix. */
  hint: string;
  created_at: MomentByDefault;
  expires_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export interface SlidesTable {
  id: SlideId;
  hospital_id: HospitalId;
  name: string;
  status: JsonColumn<SlideStatus>;
  revision: Generated<number>;
  properties: ColumnType<
    SlideProperties | null,
    JsonColumn<SlideProperties>['__insert__'] | null | undefined,
    JsonColumn<SlideProperties>['__update__'] | null
  >;
  original_key: string | null;
  original_bytes: Generated<number>;
  /** SHA-256 of the original, hexadecimal. */
  content_digest: string | null;
  uploaded_by: AccountId;
  created_at: MomentByDefault;
  updated_at: MomentByDefault;
  deleted_at: Date | null;
  stain: string | null;
  note: string | null;
  /** Study Instance UID of a DICOM slide; made from the properties. */
  study_uid: ColumnType<string | null, never, never>;
}

export interface SlideSharesTable {
  id: ShareId;
  slide_id: SlideId;
  /** The hospital that the slide is lent to. */
  hospital_id: HospitalId;
  include_label: Generated<boolean>;
  granted_by: AccountId;
  created_at: MomentByDefault;
  expires_at: Date | null;
  revoked_at: Date | null;
}

export interface CalibrationsTable {
  id: string;
  slide_id: SlideId;
  /** Micrometres per level-0 pixel. */
  mpp_x: number;
  mpp_y: number;
  reason: string;
  account_id: AccountId;
  created_at: MomentByDefault;
}

export interface UploadsTable {
  id: UploadId;
  hospital_id: HospitalId;
  account_id: AccountId;
  slide_id: SlideId | null;
  name: string;
  state: string;
  chunk_bytes: number;
  total_bytes: number;
  chunk_count: number;
  files: JsonColumn<readonly DatedFile[]>;
  /** What the browser recognises the same files by, before any digest is known. */
  fingerprint: string;
  content_digest: string | null;
  created_at: MomentByDefault;
  updated_at: MomentByDefault;
  finished_at: Date | null;
  cancelled_at: Date | null;
}

export interface UploadChunksTable {
  upload_id: UploadId;
  chunk_index: number;
  sha256: Uint8Array;
  received_at: MomentByDefault;
}

export interface RescansTable {
  id: RescanId;
  slide_id: SlideId;
  /** The slide's hospital: who has to answer. */
  hospital_id: HospitalId;
  /** null: the whole slide. */
  box: ColumnType<SlideBox | null, JsonColumn<SlideBox>['__insert__'] | null, never>;
  reason: RescanReason;
  words: string | null;
  view: JsonColumn<ViewState>;
  asked_by: AccountId;
  asked_at: MomentByDefault;
  state: Generated<RescanKind>;
  /** When the state became what it is; null while nobody has answered. */
  state_at: Date | null;
  answered_by: AccountId | null;
  answer_words: string | null;
  replaced_by: SlideId | null;
}

export interface SlideLooksTable {
  slide_id: SlideId;
  account_id: AccountId;
  first_at: Date;
  last_at: Date;
}

export interface AuditEventsTable {
  id: Generated<number>;
  at: MomentByDefault;
  account_id: AccountId | null;
  hospital_id: HospitalId | null;
  action: string;
  subject: string;
  detail: ColumnType<
    Readonly<Record<string, unknown>>,
    JsonColumn<Readonly<Record<string, unknown>>>['__insert__'] | undefined,
    never
  >;
}

export interface SettingsTable {
  key: string;
  value: JsonColumn<unknown>;
}

export interface GuessCountsTable {
  /** SHA-256 of what is guessed at. */
  key: Uint8Array;
  guesses: number;
  ends_at: Date;
}

/** Every table of the application. A test compares this with what the migrations make. */
export interface Tables {
  hospitals: HospitalsTable;
  accounts: AccountsTable;
  sessions: SessionsTable;
  access_tokens: AccessTokensTable;
  slides: SlidesTable;
  slide_shares: SlideSharesTable;
  calibrations: CalibrationsTable;
  uploads: UploadsTable;
  upload_chunks: UploadChunksTable;
  rescans: RescansTable;
  slide_looks: SlideLooksTable;
  audit_events: AuditEventsTable;
  settings: SettingsTable;
  guess_counts: GuessCountsTable;
}

/** A row as it is read. */
export type Row<Name extends keyof Tables> = Selectable<Tables[Name]>;
