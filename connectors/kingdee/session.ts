/** Cookies of one session, kept whole because a load balancer may bind them to one server. */
export class Session {
  readonly #cookies = new Map<string, string>();
  #id = '';

  /** Id the vendor also takes as a header; empty when there is no session. */
  get id(): string {
    return this.#id;
  }

  /** Takes over what an answer set. */
  keep(setCookies: readonly string[]): void {
    for (const cookie of setCookies) {
      const [pair = ''] = cookie.split(';', 1);
      const at = pair.indexOf('=');
      if (at <= 0) continue;
      const name = pair.slice(0, at).trim();
      this.#cookies.set(name, pair.slice(at + 1).trim());
      if (name === 'kdservice-sessionid') this.#id = this.#cookies.get(name) ?? '';
    }
  }

  headers(): Record<string, string> {
    if (this.#id === '') return {};
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return { 'kdservice-sessionid': this.#id, Cookie: cookie };
  }

  forget(): void {
    this.#cookies.clear();
    this.#id = '';
  }
}
