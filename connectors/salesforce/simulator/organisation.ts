import type { SimulatorContext } from '../../../core/connector/simulator.js';
import { type Answer, answerOf } from './answer.js';
import type { ApiCall } from './api-call.js';
import { callCollection } from './collections.js';
import { callComposite } from './composite.js';
import { Cursors } from './cursors.js';
import { OutboundMessages } from './outbound.js';
import { callOutboundSetup } from './outbound-setup.js';
import { bad, notFound, Refusal } from './refusal.js';
import { SEED } from './seed.js';
import { callSobject, type SobjectCall, sobjectWhat } from './sobjects.js';
import { parseSoql } from './soql-parse.js';
import { runQuery } from './soql-run.js';
import { type Rows, Store, Transaction } from './store.js';
import type { Writer } from './write-rows.js';

export interface Sizes {
  /** Records in one batch of a result; the vendor has 2,000. */
  readonly batchSize: number;
  /** Records in a nested list before it is cut. */
  readonly childBatchSize: number;
}

/** What a call is named for faults and the journal. */
export function whatOf(call: ApiCall): string {
  const [area = '', second] = call.path;
  if (area === 'sobjects') return sobjectWhat({ ...call, path: call.path.slice(1) });
  return area === 'composite' && second === 'sobjects' ? 'collections' : area;
}

/** One Salesforce organisation behind its REST API. */
export class Organisation {
  readonly store: Store;
  readonly outbound: OutboundMessages;
  readonly #cursors = new Cursors();
  readonly #sizes: Sizes;
  readonly #echo: boolean;

  constructor({ clock, journal, baseUrl }: SimulatorContext, sizes: Sizes, echo: boolean, firstGapMs?: number) {
    this.store = new Store(clock, journal, SEED);
    const gap = firstGapMs === undefined ? {} : { firstGapMs };
    this.outbound = new OutboundMessages({ clock, journal, baseUrl, rows: this.store, ...gap });
    this.#sizes = sizes;
    this.#echo = echo;
  }

  /** Answers a call; what it changed is on the journal before this returns. A failed call changes nothing. */
  answer(call: ApiCall): Answer {
    const rows = new Transaction(this.store);
    try {
      const answer = this.#route(call, rows);
      if (answer.status >= 300) return answer;
      this.store.commit(whatOf(call), rows.changes(), call.userId, call.client);
      this.outbound.changed(rows.changes());
      return answer;
    } catch (error) {
      return answerOf(error);
    }
  }

  #route(call: ApiCall, rows: Rows): Answer {
    const writer: Writer = { store: this.store, userId: call.userId, echo: this.#echo };
    const [area = '', ...rest] = call.path;
    if (area === 'sobjects') return callSobject(writer, rows, { ...call, path: rest });
    if (area === 'tooling') return callOutboundSetup(call, this.outbound);
    const heavy = this.#heavy(call, rows, writer);
    if (heavy !== undefined) return heavy;
    if (area !== 'composite' || rest.length > 0 || call.method !== 'POST') throw notFound();
    return callComposite(writer, rows, sobjectCall(call), (part, method, url, body) => {
      const path = url.pathname
        .slice(call.root.length + 1)
        .split('/')
        .map(decodeURIComponent);
      return this.#heavy({ ...call, method, path, query: url.searchParams, body }, part, writer);
    });
  }

  /** Queries and collections. */
  #heavy(call: ApiCall, rows: Rows, writer: Writer): Answer | undefined {
    const [area = '', second, ...rest] = call.path;
    if (area === 'query' || area === 'queryAll') {
      if (call.method !== 'GET')
        throw new Refusal(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${call.method}' not allowed.`);
      return {
        status: 200,
        body: second === undefined ? this.#query(call, rows) : this.#cursors.next(second, call.root),
      };
    }
    if (area !== 'composite' || second !== 'sobjects') return undefined;
    if (call.method !== 'POST' && call.method !== 'PATCH') throw notFound();
    return callCollection(writer, rows, sobjectCall(call), rest);
  }

  #query(call: ApiCall, rows: Rows): object {
    const soql = call.query.get('q');
    if (soql === null) throw bad('MALFORMED_QUERY', 'The q parameter is required');
    const { batchSize, childBatchSize } = this.#sizes;
    const records = runQuery(rows, parseSoql(soql), {
      root: call.root,
      withDeleted: call.path[0] === 'queryAll',
      cutChildren: (children) => this.#cursors.first(children, childBatchSize, call.root),
    });
    return this.#cursors.first(records, Math.min(call.batchSize ?? batchSize, batchSize), call.root);
  }
}

const sobjectCall = ({ method, path, query, body, root, version }: ApiCall): SobjectCall => ({
  method,
  path,
  query,
  body,
  root,
  version,
});
