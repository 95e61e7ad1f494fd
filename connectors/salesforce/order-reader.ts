import type { InboundMessage, PollPage } from '../../core/connector/contract.js';
import { type Batch, readBatch, type SalesforceClient, type SalesforceRow } from './client.js';
import { orderMessage, plainStamp } from './order-message.js';
import { linesSince, NEWEST_LINE, newestLineOf, newestStamp, ordersById, ordersSince } from './order-query.js';
import { longId } from './row-id.js';
import type { Settings } from './settings.js';
import { later, lookBack, type Watermark, writeWatermark } from './watermark.js';

const IDS_PER_QUERY = 100;
/** Before any line there is nothing to miss. */
const DAWN = '1970-01-01T00:00:00.000Z';

/** Reads orders with all their lines, in one poll or one look. */
export class OrderReader {
  readonly #client: SalesforceClient;
  readonly #settings: Settings;
  readonly #signal: AbortSignal;
  /** Version of each order handed out in this poll: a line that is no newer needs no second reading. */
  readonly #versions = new Map<string, string>();

  constructor(client: SalesforceClient, settings: Settings, signal: AbortSignal) {
    this.#client = client;
    this.#settings = settings;
    this.#signal = signal;
  }

  async *pages(from: Watermark): AsyncGenerator<PollPage> {
    this.#client.allowance.requireFree();
    let mark: Watermark = { ...from, lines: from.lines ?? (await this.#newestLine()) };
    for await (const page of this.#changedOrders(mark)) {
      mark = page.mark;
      yield { messages: page.messages, watermark: writeWatermark(mark) };
    }
    for await (const page of this.#changedLines(mark)) {
      mark = page.mark;
      yield { messages: page.messages, watermark: writeWatermark(mark) };
    }
  }

  /**
   * One order as the poll would bring it now, deleted lines counting in its version; undefined when it is gone or in
   * another status than the connection reads.
   */
  async one(id: string): Promise<InboundMessage | undefined> {
    this.#client.allowance.requireFree();
    const { records } = await this.#query(ordersById([id], this.#settings.orderStatuses));
    if (records.length === 0) return undefined;
    const newest = newestStamp((await this.#query(newestLineOf(id), true)).records);
    const [message] = await this.#messages(records, new Map(newest === undefined ? [] : [[longId(id), [newest]]]));
    return message;
  }

  async *#changedOrders(from: Watermark): AsyncGenerator<{ messages: InboundMessage[]; mark: Watermark }> {
    const { overlapMs, orderStatuses } = this.#settings;
    const since = from.orders === undefined ? undefined : lookBack(from.orders, overlapMs);
    let mark = from;
    for await (const rows of this.#batches(() => this.#query(ordersSince(since, orderStatuses)))) {
      mark = { ...mark, orders: later(mark.orders, newestStamp(rows)) };
      yield { messages: await this.#messages(rows), mark };
    }
  }

  async *#changedLines(from: Watermark): AsyncGenerator<{ messages: InboundMessage[]; mark: Watermark }> {
    const since = lookBack(from.lines ?? DAWN, from.lines === undefined ? 0 : this.#settings.overlapMs);
    let mark = from;
    for await (const rows of this.#batches(() => this.#query(linesSince(since), true))) {
      mark = { ...mark, lines: later(mark.lines, newestStamp(rows)) };
      yield { messages: await this.#parentsOf(rows), mark };
    }
  }

  /** Reads the orders of changed lines again; each carries the stamps of its changed lines. */
  async #parentsOf(lines: readonly SalesforceRow[]): Promise<InboundMessage[]> {
    const changes = new Map<string, string[]>();
    for (const line of lines) {
      const stamp = plainStamp(line['SystemModstamp']);
      if (typeof line['OrderId'] !== 'string' || stamp === undefined) continue;
      const id = longId(line['OrderId']);
      if (stamp > (this.#versions.get(id) ?? '')) changes.set(id, [...(changes.get(id) ?? []), stamp]);
    }
    const ids = [...changes.keys()];
    const messages: InboundMessage[] = [];
    for (let at = 0; at < ids.length; at += IDS_PER_QUERY) {
      const soql = ordersById(ids.slice(at, at + IDS_PER_QUERY), this.#settings.orderStatuses);
      for await (const rows of this.#batches(() => this.#query(soql)))
        messages.push(...(await this.#messages(rows, changes)));
    }
    return messages;
  }

  async #messages(rows: readonly SalesforceRow[], changes = new Map<string, string[]>()): Promise<InboundMessage[]> {
    const messages: InboundMessage[] = [];
    for (const row of rows) {
      const order = { ...row, OrderItems: await this.#allLines(row['OrderItems']) };
      const message = orderMessage(order, changes.get(longId(String(row['Id']))));
      if (message === undefined) continue;
      messages.push(message);
      this.#versions.set(message.correlation.ref.id, message.correlation.sourceVersion ?? '');
    }
    return messages;
  }

  /** A nested list is cut like a query: the rest is fetched, so that no order comes with half its lines. */
  async #allLines(nested: unknown): Promise<{ totalSize: number; done: true; records: SalesforceRow[] }> {
    const first = readBatch(nested);
    const records: SalesforceRow[] = [];
    if (first !== undefined) for await (const rows of this.#batches(async () => first)) records.push(...rows);
    return { totalSize: records.length, done: true, records };
  }

  async #newestLine(): Promise<string | undefined> {
    return newestStamp((await this.#query(NEWEST_LINE, true)).records);
  }

  #query(soql: string, all = false): Promise<Batch> {
    return this.#client.query(soql, all ? 'queryAll' : 'query', this.#signal, all);
  }

  async *#batches(first: () => Promise<Batch>): AsyncGenerator<readonly SalesforceRow[]> {
    let batch = await first();
    for (;;) {
      if (batch.records.length > 0) yield batch.records;
      if (batch.next === undefined) return;
      batch = await this.#client.more(batch.next, 'query', this.#signal);
    }
  }
}
