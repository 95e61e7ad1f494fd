import type { InboundMessage, PollPage, PollTrigger } from '../../core/connector/contract.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { Row, ZuoraClient } from './client.js';
import { SYSTEM } from './errors.js';
import { INVOICE_MAPPING, type InvoiceItem, invoiceMessages } from './invoice-message.js';

export interface InvoicePollOptions {
  readonly pollIntervalMs: number;
  readonly overlapMs: number;
  readonly isOurs: (subscription: string) => boolean;
}

const PAGE_SIZE = 40;

/**
 * Reads posted invoices by `updatedDate` from the watermark minus the overlap, oldest first, with their items. What was
 * read before comes again with an equal dedupe key, and its items are not asked for again.
 */
export function invoicePoll(client: ZuoraClient, options: InvoicePollOptions): PollTrigger {
  const known = new Map<string, readonly InboundMessage[]>();
  return {
    kind: 'poll',
    name: 'invoices',
    label: { en: 'Posted invoices, read at intervals', zh: '定时读取已过账发票' },
    mapping: INVOICE_MAPPING,
    intervalMs: options.pollIntervalMs,
    poll: (watermark, signal) => new InvoiceReader(client, options, known, signal).pages(watermark),
  };
}

const textOf = (row: Row, name: string): string => {
  const value = row[name];
  return typeof value === 'string' ? value : '';
};
const amountOf = (row: Row, name: string): string | number => {
  const value = row[name];
  return typeof value === 'string' || typeof value === 'number' ? value : 0;
};

class InvoiceReader {
  readonly #client: ZuoraClient;
  readonly #options: InvoicePollOptions;
  readonly #known: Map<string, readonly InboundMessage[]>;
  readonly #signal: AbortSignal;
  /** Charge numbers by charge id, of the subscriptions met in this poll. */
  readonly #charges = new Map<string, ReadonlyMap<string, string>>();

  constructor(
    client: ZuoraClient,
    options: InvoicePollOptions,
    known: Map<string, readonly InboundMessage[]>,
    signal: AbortSignal,
  ) {
    this.#client = client;
    this.#options = options;
    this.#known = known;
    this.#signal = signal;
  }

  async *pages(from: string | undefined): AsyncGenerator<PollPage> {
    let watermark = from ?? '';
    const met = new Set<string>();
    for await (const invoices of this.#invoices(from)) {
      const messages: InboundMessage[] = [];
      for (const invoice of invoices) {
        const version = `${textOf(invoice, 'invoiceNumber')}@${textOf(invoice, 'updatedDate')}`;
        met.add(version);
        const own = this.#known.get(version) ?? (await this.#messagesOf(invoice));
        this.#known.set(version, own);
        messages.push(...own);
        const updated = textOf(invoice, 'updatedDate');
        if (updated !== '' && (watermark === '' || Date.parse(updated) > Date.parse(watermark))) watermark = updated;
      }
      if (watermark !== '') yield { messages, watermark };
    }
    for (const version of this.#known.keys()) if (!met.has(version)) this.#known.delete(version);
  }

  async *#invoices(from: string | undefined): AsyncGenerator<readonly Row[]> {
    const query = new URLSearchParams({ 'sort[]': 'updateddate.ASC', pageSize: String(PAGE_SIZE) });
    query.append('filter[]', 'status.EQ:Posted');
    if (from !== undefined) query.append('filter[]', `updateddate.GE:${this.#lookBack(from)}`);
    for (;;) {
      const page = await this.#client.read(`/object-query/invoices?${query.toString()}`, 'invoices', this.#signal);
      if (page === undefined)
        throw new HubError('CONNECTOR_NO_PERMISSION', {
          system: SYSTEM,
          what: 'object query',
          why: 'it is not enabled',
        });
      const rows = Array.isArray(page['data']) ? (page['data'] as Row[]) : [];
      if (rows.length > 0) yield rows;
      const next = page['nextPage'];
      if (typeof next !== 'string' || next === '') return;
      query.set('cursor', next);
    }
  }

  #lookBack(watermark: string): string {
    return new Date(Date.parse(watermark) - this.#options.overlapMs).toISOString();
  }

  async #messagesOf(invoice: Row): Promise<readonly InboundMessage[]> {
    const number = textOf(invoice, 'invoiceNumber');
    const path = `/v1/invoices/${encodeURIComponent(number)}/items?pageSize=${PAGE_SIZE}`;
    const rows = (await this.#client.readAll(path, 'invoiceItems', `items of ${number}`, this.#signal)) ?? [];
    const items: InvoiceItem[] = [];
    for (const row of rows) {
      const subscription = textOf(row, 'subscriptionName');
      if (!this.#options.isOurs(subscription)) continue;
      const chargeNumber =
        (await this.#chargesOf(subscription)).get(textOf(row, 'chargeId')) ?? textOf(row, 'chargeName');
      items.push({
        subscription,
        chargeNumber,
        net: amountOf(row, 'chargeAmount'),
        tax: amountOf(row, 'taxAmount'),
        from: textOf(row, 'serviceStartDate'),
        to: textOf(row, 'serviceEndDate'),
      });
    }
    const dueDate = textOf(invoice, 'dueDate');
    const head = { number, date: textOf(invoice, 'invoiceDate'), currency: textOf(invoice, 'currency') };
    return invoiceMessages(dueDate === '' ? head : { ...head, dueDate }, items);
  }

  /** Items name their charge by the id of one version; the subscription with all its segments tells the number. */
  async #chargesOf(subscription: string): Promise<ReadonlyMap<string, string>> {
    const found = this.#charges.get(subscription);
    if (found !== undefined) return found;
    const path = `/v1/subscriptions/${encodeURIComponent(subscription)}?charge-detail=all-segments`;
    const held = await this.#client.read(path, `subscription ${subscription}`, this.#signal);
    const plans = (held?.['ratePlans'] ?? []) as readonly Row[];
    const charges = plans.flatMap((plan) => (plan['ratePlanCharges'] ?? []) as readonly Row[]);
    const numbers = new Map(charges.map((charge) => [textOf(charge, 'id'), textOf(charge, 'number')]));
    this.#charges.set(subscription, numbers);
    return numbers;
  }
}
