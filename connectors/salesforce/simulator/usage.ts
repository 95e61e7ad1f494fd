/** The rolling allowance of API calls. Nothing comes free by itself here: a test sets it back. */
export class Usage {
  #used = 0;
  #allowed: number;

  constructor(allowed: number) {
    this.#allowed = allowed;
  }

  get used(): number {
    return this.#used;
  }

  set(used: number, allowed = this.#allowed): void {
    this.#used = used;
    this.#allowed = allowed;
  }

  /** Counts one call; false when there is none left. */
  take(): boolean {
    if (this.#used >= this.#allowed) return false;
    this.#used++;
    return true;
  }

  /** `Sforce-Limit-Info` */
  header(): string {
    return `api-usage=${this.#used}/${this.#allowed}`;
  }

  /** The body of `/limits`, as far as calls go. */
  limits(): object {
    return { DailyApiRequests: { Max: this.#allowed, Remaining: this.#allowed - this.#used } };
  }
}
