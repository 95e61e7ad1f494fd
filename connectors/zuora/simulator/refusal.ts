/** Last two digits of an error code, and the HTTP status that goes with them from version 2024-05-20 on. */
const STATUS = {
  10: 403, 11: 401, 20: 400, 21: 400, 22: 400, 23: 400, 27: 400, 30: 400, 40: 404, 45: 405, 50: 409, 60: 500, 61: 500,
  70: 429, 90: 400, 99: 500,
} as const; // biome-ignore format: a table reads better in rows
export type Category = keyof typeof STATUS;

/** First six digits of an error code. GET and DELETE have no payload and share the general one. */
export const RESOURCE = { general: 500000, order: 587400, termType: 531003, account: 584900, login: 900000 } as const;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What Zuora says no with. `status` set: an error of the gateway, the same in every version. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    resource: number,
    readonly category: Category,
    message: string,
    more: { status?: number; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.code = resource * 100 + category;
    this.status = more.status;
    this.headers = more.headers ?? {};
  }
}

export const notFound = (message: string): Refusal => new Refusal(RESOURCE.general, 40, message);

/** An injected error by its code: `58740050`, or its category alone: `50`. */
export function injected(code: string): Refusal {
  const number = Number(code);
  const category = (number % 100) as Category;
  const known: Category = category in STATUS ? category : 60;
  const retry: Record<string, string> = known === 70 ? { 'Retry-After': '120' } : {};
  return new Refusal(number > 100 ? Math.floor(number / 100) : RESOURCE.order, known, `Injected error ${code}`, {
    headers: retry,
  });
}

/** The same error in both styles: old versions say it with HTTP 200. */
export function answerRefusal(refusal: Refusal, statusMapped: boolean, requestId: string): Answer {
  const body = {
    success: false,
    processId: requestId.replace(/-/g, '').slice(0, 16).toUpperCase(),
    reasons: [{ code: refusal.code, message: refusal.message }],
    requestId,
  };
  const status = refusal.status ?? (statusMapped ? STATUS[refusal.category] : 200);
  return { status, body, headers: refusal.headers };
}
