import type { Readable } from 'node:stream';
import type { Static, TSchema } from 'typebox';
import type { Actor } from '../access/actor.js';
import type { Asked } from '../access/authorize.js';
import type { Label } from '../connector/contract.js';
import type { HubCode } from '../errors/catalogue.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `/orders/:order/lines/:line` gives `{ order: string; line: string }`. */
type PathParams<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { [K in Name | keyof PathParams<`/${Rest}`>]: string }
  : Path extends `${string}:${infer Name}`
    ? { [K in Name]: string }
    : Record<never, string>;

type Given<S, Otherwise> = S extends TSchema ? Static<S> : Otherwise;
export type Headers = Readonly<Record<string, string | undefined>>;

/** A request after it was authenticated, allowed, read and validated. */
export interface HubRequest<P = unknown, Q = unknown, B = unknown, A = Actor | undefined> {
  /** Names this request in answers and in the log. */
  readonly id: string;
  readonly params: P;
  readonly query: Q;
  /**
   * JSON as the schema describes it; the bytes as they came for `raw` routes, as a stream of them for `stream` routes;
   * undefined without a body schema.
   */
  readonly body: B;
  /** Names in lower case; repeated ones joined by a comma. */
  readonly headers: Headers;
  readonly actor: A;
  /** The address as sent, with its query. */
  readonly url: string;
  /** Aborted when the client goes away before the answer. */
  readonly signal: AbortSignal;
}

/**
 * What a handler answers. A string, Buffer or stream is sent as it is, and then `headers` must hold a content-type;
 * everything else is sent as JSON. `body` null with 204 sends nothing.
 */
export interface Answer<S = number, B = unknown> {
  readonly status: S;
  readonly body: B;
  readonly headers?: Readonly<Record<string, string>>;
}

type Responses = Readonly<Partial<Record<number | 'default', TSchema>>>;
type AnswerOf<R extends Responses> = {
  [S in keyof R]: R[S] extends TSchema ? Answer<S extends number ? S : number, Static<R[S]> | Readable> : never;
}[keyof R];

/**
 * One address of the API: what validates requests, what the reference shows and what answers, in one value.
 * - `action`: the right that is needed; `signed-in` asks only who it is, `public` asks nothing.
 * - `resource`: names what is acted on, from the path's parameters; the path itself when absent.
 * - `params`, `query`, `headers`: object schemas; texts are coerced to the types they ask for. An unknown query parameter
 *   is refused.
 * - `body`: taken literally, nothing is coerced. `raw: true` gives the bytes instead, of any content type;
 *   `stream: true` gives them as they come, so that no whole file lies in memory. The limit holds while they come.
 * - `responses`: by status; `default` leaves the status to the handler.
 * - `errors`: codes of the catalogue that this address gives besides the usual ones; for the reference.
 */
export interface RouteSpec<
  Path extends string,
  Access extends Asked | 'public',
  P extends TSchema | undefined,
  Q extends TSchema | undefined,
  B extends TSchema | undefined,
  Raw extends boolean,
  Streamed extends boolean,
  R extends Responses,
> {
  readonly method: Method;
  readonly path: Path;
  readonly summary: Label;
  readonly tag?: string;
  readonly action: Access;
  readonly resource?: (params: Readonly<Record<string, string>>) => string;
  readonly params?: P;
  readonly query?: Q;
  readonly headers?: TSchema;
  readonly body?: B;
  readonly raw?: Raw;
  readonly stream?: Streamed;
  /** Most bytes of a body; 1 MiB, or 8 MiB when `raw` or `stream`, unless the app is told otherwise. */
  readonly bodyLimitBytes?: number;
  readonly responses: R;
  readonly errors?: readonly HubCode[];
  handler(
    request: HubRequest<
      Given<P, PathParams<Path>>,
      Given<Q, Record<never, never>>,
      Streamed extends true ? Readable : Raw extends true ? Buffer : Given<B, undefined>,
      Access extends 'public' ? Actor | undefined : Actor
    >,
  ): Promise<AnswerOf<R>> | AnswerOf<R>;
}

/** A route whose types are no longer told apart: what the app and the reference work with. */
export interface Route
  extends Omit<
    RouteSpec<
      string,
      Asked | 'public',
      TSchema | undefined,
      TSchema | undefined,
      TSchema | undefined,
      boolean,
      boolean,
      Responses
    >,
    'handler'
  > {
  handler(request: HubRequest): Promise<Answer> | Answer;
}

/** Checks the types of a route where it is written; gives it back as it is. */
export const route = <
  const Path extends string,
  const Access extends Asked | 'public',
  R extends Responses,
  P extends TSchema | undefined = undefined,
  Q extends TSchema | undefined = undefined,
  B extends TSchema | undefined = undefined,
  Raw extends boolean = false,
  Streamed extends boolean = false,
>(
  spec: RouteSpec<Path, Access, P, Q, B, Raw, Streamed, R>,
): Route => spec as unknown as Route;
