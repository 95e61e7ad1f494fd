import type { JournalEntry, SimulatorJournal } from '../../core/connector/simulator.js';

/** A journal whose entries are plain JSON, as a file would give them back. */
export class MemoryJournal implements SimulatorJournal {
  readonly #lines: string[] = [];
  readonly #system: string;

  constructor(system = 'sandbox') {
    this.#system = system;
  }

  append(what: string, data: Readonly<Record<string, unknown>>): void {
    this.#lines.push(JSON.stringify({ at: '2026-01-15T09:30:00.000Z', system: this.#system, what, data }));
  }

  entries(): readonly JournalEntry[] {
    return this.#lines.map((line) => JSON.parse(line) as JournalEntry);
  }
}

/** Time stands still until `advance` is called. */
export class ManualClock {
  #ms: number;

  constructor(startMs = Date.UTC(2026, 0, 15, 9, 30)) {
    this.#ms = startMs;
  }

  now(): Date {
    return new Date(this.#ms);
  }

  monotonicMs(): number {
    return this.#ms;
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}
