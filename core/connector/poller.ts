import type { Clock } from '../clock.js';
import type { Inbox } from '../inbox/inbox.js';
import type { HubModels } from '../store/models/index.js';
import type { OpenConnection } from './connections.js';
import type { PollTrigger } from './contract.js';

export interface PollerDeps {
  readonly models: HubModels;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly log: { warn(facts: object, text: string): void };
}

/** Polls one trigger, a page at a time; the watermark moves only after a page's messages are durable. */
export function poller({ models, inbox, clock, log }: PollerDeps, connection: OpenConnection, trigger: PollTrigger) {
  const id = `${connection.name}/${trigger.name}`;
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<number> | undefined;
  const actor = { kind: 'connection', id: connection.name, name: connection.name };

  async function once(): Promise<number> {
    const from = (await models.watermarks.findOne({ _id: id }).lean())?.watermark;
    let news = 0;
    for await (const page of trigger.poll(from, abort.signal)) {
      const known = await inbox.known(connection.name, page.messages);
      for (const message of page.messages) {
        if (known.has(message.correlation.dedupeKey)) continue;
        const mapping = message.mapping ?? trigger.mapping;
        await inbox.accept({ connection: connection.name, mapping, headers: {}, actor }, message);
        news += 1;
      }
      const set = { watermark: page.watermark, at: clock.now() };
      await models.watermarks.updateOne({ _id: id }, { $set: set }, { upsert: true });
    }
    return news;
  }

  /** Polls now, or joins the poll under way. @returns the number of new messages. */
  function poll(): Promise<number> {
    running ??= once().finally(() => {
      running = undefined;
    });
    return running;
  }

  function schedule(afterMs: number): void {
    timer = setTimeout(async () => {
      try {
        await poll();
      } catch (error) {
        if (!abort.signal.aborted) log.warn({ err: error, connection: connection.name }, 'polling');
      }
      if (!abort.signal.aborted) schedule(trigger.intervalMs);
    }, afterMs);
  }

  return {
    connection: connection.name,
    poll,
    start: () => schedule(0),
    stop: async () => {
      abort.abort();
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
  };
}
export type Poller = ReturnType<typeof poller>;
