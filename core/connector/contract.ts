import type { TSchema } from 'typebox';
import type { Clock } from '../clock.js';
import type { HubError } from '../errors/hub-error.js';

/** A label in both languages of the product. */
export interface Label {
  en: string;
  zh: string;
}

/**
 * How an unknown outcome of an operation is settled.
 * - `sameKey`: the target honours an idempotency key: resend with the same key inside `windowMs`.
 * - `uniqueNumber`: the target refuses a duplicate number: resend, and take the refusal as success after `find` compared.
 * - `lookup`: ask with `find`; *not found* counts only after `settleAfterMs`, twice; then it is sent again.
 * - `none`: parked for a person, unless `harmless` (a notice), which is sent again.
 */
export type Settlement =
  | { readonly kind: 'sameKey'; readonly windowMs: number }
  | { readonly kind: 'uniqueNumber' }
  | { readonly kind: 'lookup'; readonly settleAfterMs: number }
  | { readonly kind: 'none'; readonly harmless: boolean };

/** What is to exist outside, and under which stable number. `payload` is the mapped request, already checked against `input`. */
export interface EffectCall {
  /** The effect's key; stable for one intent and content version. */
  readonly key: string;
  /** Stable number of the thing in the target: order number, voucher batch … */
  readonly businessKey: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Parts already known to be done, by name (e.g. `save`, `submit`), with what the target said. */
  readonly parts: Readonly<Record<string, unknown>>;
  /** True when nothing was ever sent for this effect, so the target need not be asked first. */
  readonly firstSend: boolean;
  /** Records one part as done before the next begins; resolves once it is durable. */
  record(part: string, said: unknown): Promise<void>;
  readonly signal: AbortSignal;
}

/** What the target said. `remoteId` is its own id, `remoteNumber` the number people see there. */
export interface Receipt {
  readonly remoteId: string;
  readonly remoteNumber?: string;
  /** True when the thing stood there already (found, or a duplicate was refused). */
  readonly alreadyThere: boolean;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface Operation {
  /** `noun.verb`, e.g. `sales-order.create`. */
  readonly name: string;
  readonly label: Label;
  /** The kind of thing in the target, e.g. `SAL_SaleOrder`. */
  readonly objectType: string;
  readonly intent: 'create' | 'change' | 'cancel';
  readonly input: TSchema;
  readonly settlement: Settlement;
  /**
   * Resolves once the target has stored what was asked, all parts included.
   * @throws HubError CONNECTOR_UNREACHABLE or CONNECTOR_THROTTLED only when nothing was written;
   *   CONNECTOR_OUTCOME_UNKNOWN when something may have been; CONNECTOR_REFUSED, CONNECTOR_NO_PERMISSION or
   *   CONNECTOR_REFUSED_LOGIN when the target said no.
   */
  send(call: EffectCall): Promise<Receipt>;
  /**
   * Asks the target whether the thing is there, complete or in part; writes nothing. `complete` false means that
   * `send` must be called again to do the remaining parts (it continues and does not start over).
   * Required for `uniqueNumber` and `lookup`.
   */
  find?(call: EffectCall): Promise<{ receipt: Receipt; complete: boolean } | undefined>;
}

/** A question to the target: changes nothing there and leaves no trace in the ledger of effects. */
export interface Read {
  /** `noun.verb`, e.g. `stock.query`. */
  readonly name: string;
  readonly label: Label;
  readonly input: TSchema;
  readonly output: TSchema;
  /** `input` was checked. @throws HubError as an operation does; never CONNECTOR_OUTCOME_UNKNOWN */
  ask(input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown>;
}

/** A typed reference to a thing in an outside system. */
export interface ExternalRef {
  readonly type: string;
  readonly id: string;
}

/** Where a message belongs and how it is told apart from its repeats. */
export interface Correlation {
  readonly ref: ExternalRef;
  /** True when this message may create the order that `ref` names. */
  readonly creates: boolean;
  /** Equal for repeats of one message. */
  readonly dedupeKey: string;
  /** The source's own version of the thing; messages with a lower or equal one are stale. Compared as text. */
  readonly sourceVersion?: string;
  /** Further references to the same order that may be registered (e.g. the Opportunity of an Order). */
  readonly alsoRefs?: readonly ExternalRef[];
}

/** An inbound message as its trigger yields it. `body` is plain JSON. */
export interface InboundMessage {
  readonly kind: string;
  /** Mapping of this message, when a trigger brings kinds that need different ones. */
  readonly mapping?: string;
  readonly correlation: Correlation;
  readonly body: unknown;
}

export interface RawRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The query as it came, without its question mark and not decoded; empty without one. */
  readonly query: string;
  /** The bytes exactly as they came. */
  readonly body: Buffer;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of a message, for the sender's answer. */
export interface InboundOutcome {
  readonly messageId: string;
  readonly state: string;
  readonly orderId?: string;
  readonly orderNumber?: string;
  readonly problem?: unknown;
}

export interface WebhookTrigger {
  readonly kind: 'webhook';
  readonly name: string;
  readonly label: Label;
  /** Name of the mapping folder that turns a message into what the hub understands. */
  readonly mapping: string;
  /**
   * Judges the raw bytes. @throws HubError INBOX_BAD_SIGNATURE (the sender cannot prove who it is),
   * INBOX_BODY_MALFORMED (it can, but the body is unreadable).
   */
  read(request: RawRequest): InboundMessage | readonly InboundMessage[];
  /**
   * Given when its messages are notices: they name a thing that changed and do not hold it. Reads that thing as it is
   * now, as a poll would yield it; undefined when it is gone or none of the hub's business. Called after the notice was
   * answered, in its lane and within the target's limits. @throws HubError as `Read.ask` does
   */
  lookUp?(ref: ExternalRef, signal: AbortSignal): Promise<InboundMessage | undefined>;
  /** The answer the sender's protocol asks for once the messages are durable. Absent: the hub's own JSON. */
  answer?(outcomes: readonly InboundOutcome[]): RawAnswer;
  /** How the sender's protocol says no, when `read` threw or the messages could not be stored. Absent: problem+json. */
  refuse?(error: HubError): RawAnswer;
}

/** A page of a poll. `watermark` is stored only after the messages are durable. */
export interface PollPage {
  readonly messages: readonly InboundMessage[];
  readonly watermark: string;
}

export interface PollTrigger {
  readonly kind: 'poll';
  readonly name: string;
  readonly label: Label;
  readonly mapping: string;
  readonly intervalMs: number;
  /** Yields pages from the watermark on (undefined: from the beginning), oldest first, with the source's overlap. */
  poll(watermark: string | undefined, signal: AbortSignal): AsyncIterable<PollPage>;
}

export type Trigger = WebhookTrigger | PollTrigger;

/** A connector opened with the settings and secrets of one connection. */
export interface Connector {
  readonly operations: readonly Operation[];
  readonly reads?: readonly Read[];
  readonly triggers: readonly Trigger[];
  /** Proves address and login without writing anything; resolves with one line per check. */
  probe(signal: AbortSignal): Promise<readonly { check: Label; ok: boolean; said: string }[]>;
  /** Lets calls under way end; no method is called after it. */
  close(): Promise<void>;
}

/** What a connector is given to open: everything else it needs it makes itself. */
export interface ConnectorContext {
  /** Name of the connection, unique in the installation. */
  readonly connection: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Random text source for nonces; injected so that tests can fix it. */
  readonly nonce: () => string;
}

/** A kind of system the hub can speak to: one folder under `connectors/`. */
export interface ConnectorType {
  /** Kebab-case, equal to the folder name. */
  readonly id: string;
  readonly label: Label;
  readonly settings: TSchema;
  /** Properties are all strings; every one is write-only. */
  readonly secrets: TSchema;
  /** Fields the hub itself writes back into this system; left out when a message is compared with the last one. */
  readonly writtenBack: readonly string[];
  /** Limits that protect the target, across all pipelines. */
  readonly limits: { readonly concurrency: number; readonly perSecond: number };
  open(context: ConnectorContext): Connector;
}
