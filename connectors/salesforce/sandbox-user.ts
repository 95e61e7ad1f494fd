import { HubError } from '../../core/errors/hub-error.js';
import { SYSTEM } from './errors.js';

/** Settings and secrets as the simulator's `connection(baseUrl)` gives them. */
export interface SandboxConnection {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

const ROOT = '/services/data/v62.0';
const RECORDS_PER_CALL = 200;

export type Json = Readonly<Record<string, unknown>>;

/** What a person in Salesforce does in the browser, over the REST API. */
export class SandboxUser {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async signIn({ settings, secrets }: SandboxConnection): Promise<SandboxUser> {
    const { loginUrl, clientId } = settings;
    const { clientSecret = '' } = secrets;
    const form = { grant_type: 'client_credentials', client_id: String(clientId), client_secret: clientSecret };
    const answer = await fetch(`${String(loginUrl)}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    const body = (await answer.json()) as Json;
    if (!answer.ok) throw new HubError('CONNECTOR_REFUSED_LOGIN', { system: SYSTEM, why: JSON.stringify(body) });
    return new SandboxUser(String(body['instance_url']), String(body['access_token']));
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#url}${ROOT}${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new HubError('CONNECTOR_REFUSED', { system: SYSTEM, what: `${method} ${path}`, why: text });
    return text === '' ? undefined : JSON.parse(text);
  }

  async query(soql: string): Promise<readonly Json[]> {
    const records: Json[] = [];
    let path: string | undefined = `/query?${new URLSearchParams({ q: soql })}`;
    while (path !== undefined) {
      const batch = (await this.call('GET', path)) as { records: readonly Json[]; nextRecordsUrl?: string };
      records.push(...batch.records);
      path = batch.nextRecordsUrl?.slice(ROOT.length);
    }
    return records;
  }

  async create(type: string, fields: Json): Promise<string> {
    return ((await this.call('POST', `/sobjects/${type}`, fields)) as { id: string }).id;
  }

  /** Creates or changes rows, all or none of each 200. */
  async many(method: 'POST' | 'PATCH', type: string, rows: readonly Json[]): Promise<string[]> {
    const ids: string[] = [];
    for (let at = 0; at < rows.length; at += RECORDS_PER_CALL) {
      const records = rows.slice(at, at + RECORDS_PER_CALL).map((row) => ({ attributes: { type }, ...row }));
      const results = (await this.call(method, '/composite/sobjects', { allOrNone: true, records })) as readonly Json[];
      const failed = results.filter((result) => result['success'] !== true);
      if (failed.length > 0) {
        throw new HubError('CONNECTOR_REFUSED', { system: SYSTEM, what: type, why: JSON.stringify(failed) });
      }
      ids.push(...results.map((result) => String(result['id'])));
    }
    return ids;
  }
}
