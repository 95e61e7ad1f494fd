import raw from '../sandbox-data.json' with { type: 'json' };

export interface BaseItem {
  readonly id: number;
  readonly number: string;
  readonly name: string;
}

export interface User {
  readonly name: string;
  readonly password: string;
  /** `read` may query and view only. */
  readonly rights: string;
}

export interface App {
  readonly appId: string;
  readonly appSecret: string;
}

export const SANDBOX = raw;

/** Base data by form and number; numbers are told apart without regard to case, as the vendor's database does. */
export class BaseData {
  readonly #kinds = new Map<string, Map<string, BaseItem>>();

  constructor(kinds: Readonly<Record<string, readonly { number: string; name: string }[]>> = raw.base) {
    Object.entries(kinds).forEach(([kind, items], k) => {
      const stored = items.map(
        (item, i) => [item.number.toLowerCase(), { ...item, id: 100_000 * (k + 1) + i + 1 }] as const,
      );
      this.#kinds.set(kind, new Map(stored));
    });
  }

  has(kind: string): boolean {
    return this.#kinds.has(kind);
  }

  find(kind: string, number: string): BaseItem | undefined {
    return this.#kinds.get(kind)?.get(number.toLowerCase());
  }

  all(kind: string): readonly BaseItem[] {
    return [...(this.#kinds.get(kind)?.values() ?? [])];
  }
}
