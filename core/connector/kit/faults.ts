import type { Fault } from '../simulator.js';

/** A simulator's faults that wait for their calls; each is used up after `times` calls that match. */
export class Faults {
  #waiting: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times });
  }

  /** Takes the first waiting fault of a kind whose `on` begins what is called. */
  take(kind: Fault['kind'], what: string): Fault | undefined {
    const found = this.#waiting.find(({ fault, left }) => fault.kind === kind && left > 0 && what.startsWith(fault.on));
    if (found === undefined) return undefined;
    found.left -= 1;
    this.#waiting = this.#waiting.filter(({ left }) => left > 0);
    return found.fault;
  }
}
