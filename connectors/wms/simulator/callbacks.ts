import type { Clock } from '../../../core/clock.js';
import { readXml, writeXml } from '../../../core/connector/kit/xml.js';
import { signedCall } from '../sandbox-callback.js';
import { SANDBOX } from './data.js';
import { confirmRequest } from './documents.js';
import type { Confirm, Told, WarehouseStore } from './store.js';

/** How long the platform waits for the hub's answer. */
const PATIENCE_MS = 5_000;

export interface CallbackOptions {
  readonly store: WarehouseStore;
  readonly clock: Clock;
  /** Waits before the second, third … attempt. */
  readonly gapsMs: readonly number[];
  readonly pause: (ms: number) => Promise<void>;
}

/** Tells the owner of the goods what happened, again and again until the answer is `flag=success` or the gaps run out. */
export class Callbacks {
  readonly #options: CallbackOptions;
  readonly #pending = new Set<Promise<Told>>();

  constructor(options: CallbackOptions) {
    this.#options = options;
    for (const confirm of options.store.confirms()) if (confirm.told === undefined) void this.send(confirm);
  }

  /** Resolves once the confirmation was taken or given up; what became of it is journaled. */
  send(confirm: Confirm): Promise<Told> {
    const work = this.#send(confirm);
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
    return work;
  }

  /** Posts a confirmation once more, whatever became of it; resolves with whether it was taken. */
  again(confirm: Confirm): Promise<boolean> {
    return this.#post(confirm);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async #send(confirm: Confirm): Promise<Told> {
    const { store, gapsMs, pause } = this.#options;
    let attempts = 1;
    let delivered = await this.#post(confirm);
    for (const gap of gapsMs) {
      if (delivered) break;
      await pause(gap);
      attempts += 1;
      delivered = await this.#post(confirm);
    }
    store.commit('callback', { told: { outBizCode: confirm.outBizCode, delivered, attempts } });
    return { delivered, attempts };
  }

  /** Signs anew, since the timestamp has moved on; code and content stay. */
  async #post(confirm: Confirm): Promise<boolean> {
    const { store, clock } = this.#options;
    const doc = store.doc(confirm.kind, confirm.code);
    if (doc === undefined || confirm.callbackUrl === undefined) return false;
    const method = confirm.kind === 'delivery' ? 'deliveryorder.confirm' : 'returnorder.confirm';
    const call = signedCall(SANDBOX, method, writeXml('request', confirmRequest(doc, confirm)), clock.now());
    try {
      const answer = await fetch(`${confirm.callbackUrl}?${call.query}`, {
        method: 'POST',
        headers: call.headers,
        body: call.body,
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const { root, content } = readXml(Buffer.from(await answer.arrayBuffer()), new Set());
      return answer.status === 200 && root === 'response' && content['flag'] === 'success';
    } catch {
      return false;
    }
  }
}
