import type { Fault } from '../../../core/connector/simulator.js';

/** Faults waiting for their call. */
export class Faults {
  readonly #waiting: { fault: Fault; left: number }[] = [];

  inject(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times });
  }

  /** The first fault that fits, used up by one. */
  take(what: string): Fault | undefined {
    const found = this.#waiting.find(({ fault, left }) => left > 0 && what.startsWith(fault.on));
    if (found === undefined) return undefined;
    found.left--;
    return found.fault;
  }
}
