/** What one evaluation may use. The time limit is checked at every step of the interpreter. */
export interface Limits {
  /** Wall time in milliseconds. */
  readonly timeMs: number;
  /** Interpreter steps that are open at once; endless recursion ends here. */
  readonly stack: number;
  /** Items of one list, ranges such as `[1..n]` included. */
  readonly items: number;
  /** Characters of one text handed to a function. */
  readonly text: number;
  /** Nesting of the input and of the result. */
  readonly depth: number;
  /** About the size of a variable or argument as JSON, in characters; shared parts count each time. */
  readonly valueSize: number;
  /** About the size of the input as JSON, in characters. */
  readonly inputSize: number;
  /** About the size of the result as JSON, in characters. */
  readonly outputSize: number;
}

const MI = 1024 * 1024;

/** An order of 1,000 lines takes about 250 ms and 400 kB on one core of 2026; the limits leave room above that. */
export const DEFAULT_LIMITS: Limits = {
  timeMs: 2_000,
  stack: 1_000,
  items: 100_000,
  text: MI,
  depth: 64,
  valueSize: 8 * MI,
  inputSize: 8 * MI,
  outputSize: MI,
};
