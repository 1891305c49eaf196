import type { Readable } from 'node:stream';
import type { Actor, Resource } from '../../shared/access/can.ts';
import type { BodyOf, ParamsOf, QueryOf, ReplyOf } from '../../shared/api/endpoint.ts';
import type { EndpointName, EndpointOf } from '../../shared/api/endpoints.ts';

type Access<Name extends EndpointName> = EndpointOf<Name>['access']['kind'];

/** A request as a handler gets it: parsed by the table's schemas and authorised by can(). */
export interface RequestOf<Name extends EndpointName> {
  readonly params: ParamsOf<EndpointOf<Name>>;
  readonly query: QueryOf<EndpointOf<Name>>;
  /** For `body: 'bytes'` the raw stream, not yet read and already limited to maxBodyBytes. */
  readonly body: EndpointOf<Name> extends { readonly body: 'bytes' }
    ? Readable
    : BodyOf<EndpointOf<Name>>;
  readonly actor: Access<Name> extends 'public' | 'metrics' ? Actor | undefined : Actor;
  /** What can() decided about, when the endpoint names a resource. */
  readonly resource: Resource | null;
  readonly requestId: string;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
  readonly header: (name: string) => string | undefined;
  readonly address: string;
  /** Scheme and host that the caller used, for example 'https://slides.example.org'. */
  readonly origin: string;
}

/** Bytes for 'bytes' and 'text' endpoints. Errors are never cached: the error handler sends no-store. */
export interface BytesReply {
  readonly bytes: Uint8Array | string;
  readonly contentType: string;
  readonly cacheControl:
    | 'no-store'
    | 'private, max-age=300'
    | 'private, max-age=31536000, immutable';
}

/** Bytes in parts. They are taken one by one, as fast as the caller reads; a hang-up ends the iteration. */
export interface StreamReply {
  readonly parts: AsyncIterable<Uint8Array>;
}

type PlainReply<Name extends EndpointName> = EndpointOf<Name>['reply']['kind'] extends 'stream'
  ? StreamReply
  : EndpointOf<Name>['reply']['kind'] extends 'bytes' | 'text'
    ? BytesReply
    : ReplyOf<EndpointOf<Name>>;

export interface CookieChange {
  readonly name: string;
  /** null removes the cookie. */
  readonly value: string | null;
  readonly maxAgeSeconds: number;
}

/** What a handler answers; `status` other than 200 (or 204 for empty replies) and cookies are rare. */
export type HandlerReply<Name extends EndpointName> =
  | PlainReply<Name>
  | {
      readonly reply: PlainReply<Name>;
      readonly status?: number;
      readonly cookies?: readonly CookieChange[];
      readonly headers?: Readonly<Record<string, string>>;
    };

export type Handler<Name extends EndpointName> = (
  request: RequestOf<Name>,
) => Promise<HandlerReply<Name>>;

/** One handler for every endpoint of the table: a missing one does not compile. */
export type Handlers = { readonly [Name in EndpointName]: Handler<Name> };
