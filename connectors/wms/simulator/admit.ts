import { failure, GATEWAY_WORDS, gatewayFault, type Refusal } from './answers.js';
import { expectedSign, type Params } from './sign.js';

/** Ten minutes either way. */
const WINDOW_MS = 600_000;

/** One side of the platform: its keys, whose goods it knows, how it says no. */
export interface Role {
  readonly keys: Readonly<Record<string, string>>;
  readonly customerId: string;
  readonly methods: ReadonlySet<string>;
  /** `taobao.qimen.` at the gateway, nothing at the warehouse. */
  readonly prefix: string;
  /** How a faulty parameter is answered: by the platform's number, or as any business failure. */
  readonly refuse: (code: string, detail: string) => Refusal;
}

export const asGateway = (code: string, detail: string): Refusal =>
  gatewayFault(code, `${GATEWAY_WORDS[code] ?? 'Error'}:${detail}`);

export const asWarehouse = (code: string, detail: string): Refusal =>
  failure(`invalid-${code}`, `${GATEWAY_WORDS[code] ?? 'Error'}: ${detail}`);

/** Number for a missing parameter; 40 for those not named. */
const MISSING: Readonly<Record<string, string>> = { method: '21', sign: '24', app_key: '28', timestamp: '30' };
const NEEDED = ['method', 'app_key', 'timestamp', 'format', 'v', 'sign_method', 'sign'] as const;

/** Parameters of a query, each given once; undefined when its encoding is no UTF-8. */
export function paramsOf(query: string): Params | undefined {
  const parts = query.split('&').filter((part) => part !== '');
  try {
    const pairs = parts.map((part) => {
      const [name = '', ...rest] = part.split('=');
      return [name, rest.join('=')].map((text) => decodeURIComponent(text.replace(/\+/g, '%20'))) as [string, string];
    });
    return new Set(pairs.map(([name]) => name)).size === pairs.length ? Object.fromEntries(pairs) : undefined;
  } catch {
    return undefined;
  }
}

/** The instant of `yyyy-MM-dd HH:mm:ss`, Beijing time. */
const instantOf = (text: string): number =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(' ', 'T')}+08:00`) : Number.NaN;

const signFailure = (): Refusal => failure('sign-check-failure', 'invalid sign');

/**
 * Judges a call's parameters and signature; returns its method without the prefix, and its parameters.
 * @throws Refusal
 */
export function admit(query: string, body: Buffer, role: Role, nowMs: number): { method: string; params: Params } {
  const params = paramsOf(query);
  if (params === undefined) throw signFailure();
  for (const name of NEEDED) {
    if ((params[name] ?? '').trim() === '') throw role.refuse(MISSING[name] ?? '40', name);
  }
  const given = params['method'] ?? '';
  const method = given.startsWith(role.prefix) ? given.slice(role.prefix.length) : '';
  if (!role.methods.has(method)) throw role.refuse('22', given);
  const secret = role.keys[params['app_key'] ?? ''];
  if (secret === undefined) throw role.refuse('29', 'app_key');
  const sentMs = instantOf(params['timestamp'] ?? '');
  if (!(Math.abs(nowMs - sentMs) <= WINDOW_MS)) throw role.refuse('31', 'timestamp');
  if (params['format'] !== 'xml') throw role.refuse('41', 'format');
  if (!['1.0', '2.0'].includes(params['v'] ?? '')) throw role.refuse('41', 'v');
  if (params['sign'] !== expectedSign(params, body, secret)) throw signFailure();
  const customer = (params['customerId'] ?? '').trim();
  if (customer === '') throw failure('missing-argument', 'missing argument customerId');
  if (customer !== role.customerId) throw failure('invalid-customer', `customerId ${customer} is not known`);
  return { method, params };
}

/** The same call as the platform hands it on: prefix gone, signed with the receiver's keys. */
export function forwarded(params: Params, method: string, body: Buffer, appKey: string, secret: string): string {
  const { sign: _, ...rest } = params;
  const next: Record<string, string> = { ...rest, method, app_key: appKey };
  const pairs = { ...next, sign: expectedSign(next, body, secret) ?? '' };
  return new URLSearchParams(pairs).toString();
}
