import type { RequestListener } from 'node:http';
import type { Clock } from '../clock.js';

/** An accepted call, as it was appended to the durable journal before it was answered. */
export interface JournalEntry {
  readonly at: string;
  readonly system: string;
  /** What was accepted, e.g. `SAL_SaleOrder.Save`. */
  readonly what: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The simulator's durable memory. `append` returns only after the entry is on disk. */
export interface SimulatorJournal {
  append(what: string, data: Readonly<Record<string, unknown>>): void;
  /** All entries of this system so far, oldest first: a simulator rebuilds its state from them at start. */
  entries(): readonly JournalEntry[];
}

/** A fault to be injected into the next matching calls. */
export interface Fault {
  /** `dropAfterCommit`: stored, then the connection is cut. `dropBefore`: cut, nothing stored. `delay`: answered late. `refuse`: the vendor's own error `code`. */
  readonly kind: 'dropAfterCommit' | 'dropBefore' | 'delay' | 'refuse';
  /** Prefix of `what` (see JournalEntry) that the fault applies to; empty for every call. */
  readonly on: string;
  readonly times: number;
  readonly delayMs?: number;
  readonly code?: string;
}

export interface SimulatorContext {
  readonly clock: Clock;
  readonly journal: SimulatorJournal;
  /** Address under which this simulator is reached, e.g. `http://127.0.0.1:41001`; known once it listens. */
  readonly baseUrl: () => string;
}

/** A running simulator: a strict server written from the vendor's rules, with its own bookkeeping. */
export interface Simulator {
  readonly handler: RequestListener;
  inject(fault: Fault): void;
  /** What is stored, by business content (never by the key the hub sent); used by demo, drills and tests. */
  inspect(): Readonly<Record<string, unknown>>;
}

/** How a simulator is made and how a sandbox connection reaches it. */
export interface SimulatorType {
  /** Equal to the connector's id. */
  readonly system: string;
  create(context: SimulatorContext): Simulator;
  /** Settings and secrets of the sandbox connection for a simulator at `baseUrl`. */
  connection(baseUrl: string): { settings: Record<string, unknown>; secrets: Record<string, string> };
}
