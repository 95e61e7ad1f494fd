import { Refusal } from './refusal.js';

export interface Answer {
  readonly status: number;
  /** Sent as JSON; undefined: an empty answer. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal as the answer of a whole call; other errors pass through. */
export function answerOf(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: error.body() };
  throw error;
}
