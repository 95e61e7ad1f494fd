import type { Clock } from '../../../core/clock.js';
import type { SimulatorJournal } from '../../../core/connector/simulator.js';
import { isAck, outboundXml } from './outbound-xml.js';
import { rowId, textOf } from './row.js';
import type { Change, Rows } from './store.js';

const BATCH = 100;
const ANSWER_MS = 60_000;
const LIFE_MS = 24 * 3_600_000;
const LONGEST_GAP_MS = 2 * 3_600_000;
/** The vendor names only the longest gap. */
const FIRST_GAP_MS = 15_000;
/** What begins the names of its entries in the journal. */
const QUEUED = 'outbound.queued';
const DONE = 'outbound.done';
const TARGET = 'outbound.target';

/** An active Outbound Message: where it goes, and which fields of the Order it carries. */
export interface OutboundTarget {
  readonly id: string;
  readonly endpointUrl: string;
  readonly fields: readonly string[];
}

/** What the vendor may do at any time and a test wants now. */
export interface Knobs {
  /** Each message that was taken is sent once more. */
  duplicate: boolean;
  /** The newest notification goes first. */
  disorder: boolean;
}

interface Waiting {
  readonly id: string;
  readonly orderId: string;
  readonly queuedMs: number;
  attempts: number;
  dueMs: number;
}

export interface OutboundOptions {
  readonly clock: Clock;
  readonly journal: SimulatorJournal;
  readonly rows: Pick<Rows, 'get'>;
  readonly baseUrl: () => string;
  /** Gap before the second attempt, doubled for each further one up to two hours; 15 s by default. */
  readonly firstGapMs?: number;
}

/**
 * Sends an activated Order that was saved to the target, by the vendor's rules: up to 100 notifications a message with
 * the values of the moment, again with growing gaps until the answer is `Ack` true, given up after 24 hours. What waits
 * survives a restart.
 */
export class OutboundMessages {
  readonly knobs: Knobs = { duplicate: false, disorder: false };
  readonly #options: OutboundOptions;
  readonly #waiting = new Map<string, Waiting>();
  #target: OutboundTarget | undefined;
  #counts = { queued: 0, acknowledged: 0, dropped: 0 };
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OutboundOptions) {
    this.#options = options;
    for (const { what, data } of options.journal.entries()) this.#apply(what, data);
    this.#wake();
  }

  get target(): OutboundTarget | undefined {
    return this.#target;
  }

  /** Without a target nothing is queued, and what waits is kept. */
  setTarget(target: OutboundTarget | undefined): void {
    this.#note(TARGET, { target: target ?? null });
    this.#wake();
  }

  /** Queues a notification for each activated Order among the changes. */
  changed(changes: readonly Change[]): void {
    for (const { type, row } of changes) {
      if (type === 'Order' && row['Status'] === 'Activated' && row['IsDeleted'] !== true) this.queue(textOf(row, 'Id'));
    }
  }

  queue(orderId: string): void {
    if (this.#target === undefined) return;
    const id = rowId('04l', this.#counts.queued + 1);
    this.#note(QUEUED, { id, orderId, queuedMs: this.#nowMs() });
    this.#wake();
  }

  /** Sends everything that is due now; resolves when it was answered or not. */
  async flush(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
    this.#sending = this.#sendDue().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
    this.#wake();
  }

  inspect() {
    return { ...this.#counts, waiting: [...this.#waiting.values()].map(({ id, attempts }) => ({ id, attempts })) };
  }

  #nowMs = (): number => this.#options.clock.now().getTime();

  #note(what: string, data: Readonly<Record<string, unknown>>): void {
    this.#options.journal.append(what, data);
    this.#apply(what, data);
  }

  #apply(what: string, data: Readonly<Record<string, unknown>>): void {
    if (what === TARGET) this.#target = (data['target'] as OutboundTarget | null) ?? undefined;
    if (what === QUEUED) {
      const { id, orderId, queuedMs } = data as unknown as Pick<Waiting, 'id' | 'orderId' | 'queuedMs'>;
      this.#waiting.set(id, { id, orderId, queuedMs, attempts: 0, dueMs: queuedMs });
      this.#counts.queued += 1;
    }
    if (what === DONE) {
      const { ids, as } = data as { ids: readonly string[]; as: 'acknowledged' | 'dropped' };
      for (const id of ids) if (this.#waiting.delete(id)) this.#counts[as] += 1;
    }
  }

  async #sendDue(): Promise<void> {
    const nowMs = this.#nowMs();
    const old = [...this.#waiting.values()].filter(({ queuedMs }) => nowMs - queuedMs >= LIFE_MS);
    if (old.length > 0) this.#note(DONE, { ids: old.map(({ id }) => id), as: 'dropped' });
    const due = [...this.#waiting.values()].filter(({ dueMs }) => dueMs <= nowMs);
    if (this.knobs.disorder) due.reverse();
    for (let at = 0; at < due.length; at += BATCH) await this.#sendBatch(due.slice(at, at + BATCH));
  }

  async #sendBatch(batch: readonly Waiting[]): Promise<void> {
    if (this.#target === undefined) return;
    const taken = await this.#post(this.#target, batch);
    if (taken) {
      this.#note(DONE, { ids: batch.map(({ id }) => id), as: 'acknowledged' });
      if (this.knobs.duplicate) await this.#post(this.#target, batch);
      return;
    }
    const { firstGapMs = FIRST_GAP_MS } = this.#options;
    for (const waiting of batch) {
      waiting.attempts += 1;
      waiting.dueMs = this.#nowMs() + Math.min(LONGEST_GAP_MS, firstGapMs * 2 ** (waiting.attempts - 1));
    }
  }

  async #post({ endpointUrl, fields }: OutboundTarget, batch: readonly Waiting[]): Promise<boolean> {
    const { rows, baseUrl } = this.#options;
    const notifications = batch.map(({ id, orderId }) => {
      const row = rows.get('Order', orderId);
      return { id, row: row?.['IsDeleted'] === true ? undefined : row };
    });
    try {
      const answer = await fetch(endpointUrl, {
        method: 'POST',
        headers: { 'content-type': 'text/xml; charset=utf-8', SOAPAction: '""' },
        body: outboundXml(notifications, fields, baseUrl()),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      return answer.status === 200 && isAck(body);
    } catch {
      return false;
    }
  }

  /** Sets the timer to what is due next. */
  #wake(): void {
    clearTimeout(this.#timer);
    if (this.#target === undefined || this.#waiting.size === 0) return;
    const nextMs = Math.min(...[...this.#waiting.values()].map(({ dueMs }) => dueMs));
    this.#timer = setTimeout(() => void this.flush(), Math.max(0, nextMs - this.#nowMs()));
    this.#timer.unref();
  }
}
