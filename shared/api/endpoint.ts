import type { z } from 'zod';
import type { Action, Resource } from '../access/can.ts';

/**
 * Who may call it. 'public': anyone. 'signed': anyone who is signed in. Otherwise the action that can()
 * decides, on the resource whose id is in the path ('slide' → :slideId) or on the role alone.
 */
export type EndpointAccess =
  | { readonly kind: 'public' }
  | { readonly kind: 'signed' }
  | { readonly kind: 'action'; readonly action: Action; readonly resource: Resource['kind'] | null }
  /** Prometheus: an administrator's session, or the METRICS_TOKEN as bearer, or loopback when none is set. */
  | { readonly kind: 'metrics' };

export type EndpointReply =
  | { readonly kind: 'json'; readonly schema: z.ZodType }
  | { readonly kind: 'bytes'; readonly contentType: string }
  | { readonly kind: 'text'; readonly contentType: string }
  /** Bytes in parts, each sent as soon as it is there. */
  | { readonly kind: 'stream'; readonly contentType: string }
  | { readonly kind: 'empty' }
  /** Upgraded to a WebSocket of this sub-protocol; a plain request is answered 426. */
  | { readonly kind: 'socket'; readonly protocol: string };

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Express style, for example '/api/slides/:slideId'. */
  readonly path: string;
  readonly summary: string;
  readonly access: EndpointAccess;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** JSON body; 'bytes' = raw body of at most maxBodyBytes, handed over as a stream. */
  readonly body?: z.ZodType | 'bytes';
  readonly maxBodyBytes?: number;
  readonly reply: EndpointReply;
}

/** Keeps literal types, so that params, query, body and reply are inferred on both sides. */
export function defineEndpoints<const Table extends Readonly<Record<string, Endpoint>>>(
  table: Table,
): Table {
  return table;
}

type OutputOf<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise;
type InputOf<Schema, Otherwise> = Schema extends z.ZodType ? z.input<Schema> : Otherwise;

/** Parsed values, as a handler gets them. */
export type ParamsOf<E extends Endpoint> = OutputOf<E['params'], Record<never, never>>;
export type QueryOf<E extends Endpoint> = OutputOf<E['query'], Record<never, never>>;
export type BodyOf<E extends Endpoint> = OutputOf<E['body'], undefined>;
/** Values as a caller gives them. */
export type ParamsInput<E extends Endpoint> = InputOf<E['params'], Record<never, never>>;
export type QueryInput<E extends Endpoint> = InputOf<E['query'], Record<never, never>>;
export type BodyInput<E extends Endpoint> = InputOf<E['body'], undefined>;
export type ReplyOf<E extends Endpoint> = E['reply'] extends {
  readonly kind: 'json';
  readonly schema: infer Schema;
}
  ? OutputOf<Schema, never>
  : undefined;
