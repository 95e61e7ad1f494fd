import type { Connection } from 'mongoose';
import { monotonicFactory } from 'ulid';
import type { Clock } from './clock.js';
import type { LoadedCatalogue } from './config/load-catalogue.js';
import type { Settings } from './config/settings.js';
import { type ConnectionsDeps, connectionBook } from './connector/connections.js';
import { type Poller, poller } from './connector/poller.js';
import { effectLedger } from './effect/ledger.js';
import { toProblem } from './errors/hub-error.js';
import { messageApplier } from './inbox/apply-message.js';
import { orderApplier } from './inbox/apply-order.js';
import { reportApplier } from './inbox/apply-report.js';
import { orderCreator } from './inbox/create-order.js';
import { inbox as openInbox } from './inbox/inbox.js';
import { noticeReader } from './inbox/read-notice.js';
import { refBook } from './inbox/refs.js';
import type { Logger } from './log/logger.js';
import { evaluateExpression } from './mapping/expression.js';
import type { MappingRegistry } from './mapping/registry.js';
import { orderFacts } from './order/facts.js';
import type { Json } from './pipeline/contract.js';
import type { LoadedPipeline } from './pipeline/load.js';
import { orderCommands } from './pipeline/order-commands.js';
import type { NodeRegistry } from './pipeline/registry.js';
import { runBook } from './pipeline/runs.js';
import type { HubServices } from './pipeline/services.js';
import { laneLeases } from './queue/lane-lease.js';
import { embeddedLaneQueue } from './queue/lane-queue.js';
import { laneWorker } from './queue/lane-worker.js';
import { sweeper } from './queue/sweeper.js';
import { openContract } from './revenue/open-contract.js';
import { accruer } from './revenue-close/accrue.js';
import { closeDriver } from './revenue-close/close-driver.js';
import { periodClose } from './revenue-close/period-close.js';
import { ensureIndexes, hubModels } from './store/models/index.js';
import type { OrderDoc } from './store/models/order.js';
import type { EffectDoc } from './store/models/work.js';
import { numberBlocks } from './store/numbers.js';
import { orderRepository } from './store/order-repository.js';
import { periodBook } from './store/period-book.js';
import { presentDoc } from './store/present-doc.js';
import { revenueBooks } from './store/revenue-books.js';
import { taskBook } from './task/task-book.js';

const SWEEP_MS = 2_000;
const LOOK_MS = 20;
const ulid = monotonicFactory();

export interface HubParts {
  readonly settings: Settings;
  readonly store: Connection;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogue: LoadedCatalogue;
  readonly mappings: MappingRegistry;
  readonly pipelines: ReadonlyMap<string, LoadedPipeline>;
  readonly registry: NodeRegistry<HubServices>;
  readonly connectorTypes: ConnectionsDeps['types'];
  readonly seal: ConnectionsDeps['seal'];
  readonly open: ConnectionsDeps['open'];
  /** True when no other process can use the store, so leases of a crashed one need not be waited out. */
  readonly exclusive: boolean;
  readonly checkpoint?: (name: string, laneId: string) => void;
}

export type Hub = Awaited<ReturnType<typeof createHub>>;

/** The hub without its surfaces: everything that stores, decides and acts, wired together. Nothing runs until `start`. */
export async function createHub(parts: HubParts) {
  const { settings, clock, log, mappings } = parts;
  const { catalogue, chart } = parts.catalogue;
  const models = hubModels(parts.store);
  await ensureIndexes(models);

  const queue = embeddedLaneQueue((laneId) => workLane(laneId), {
    concurrency: settings.ORDERHUB_LANES,
    onError: (laneId, error) => log.error({ err: error, lane: laneId }, 'working a lane'),
  });
  const poke = queue.poke;
  const orders = orderRepository(models, clock);
  const refs = refBook(models, clock);
  const inbox = openInbox(models, refs, clock, poke);
  const tasks = taskBook(models, clock, poke);
  const periods = periodBook(models, clock);
  const books = revenueBooks({ models, catalogue, chart, clock, periods });
  const connections = connectionBook({
    models,
    clock,
    types: parts.connectorTypes,
    seal: parts.seal,
    open: parts.open,
    production: settings.ORDERHUB_MODE === 'production',
  });
  const effects = effectLedger({
    models,
    clock,
    random: Math.random,
    target: connections.get,
    register: refs.register,
    settles: settings.ORDERHUB_TEST_LEDGER === 'on',
  });

  const nextNumber = numberBlocks(models.counters);
  const orderNumber = async (): Promise<string> => {
    const year = clock.now().getUTCFullYear();
    return `SO-${year}-${String(await nextNumber(`order-number/${year}`)).padStart(6, '0')}`;
  };
  const normalise = {
    catalogue,
    baseCurrency: settings.ORDERHUB_BASE_CURRENCY,
    defaultSeller: settings.ORDERHUB_SELLER,
    newLineId: ulid,
  };
  const applyOrder = orderApplier({
    models,
    orders,
    clock,
    nextNumber: orderNumber,
    normalise,
    newId: ulid,
    zone: settings.ORDERHUB_TIME_ZONE,
  });
  const writtenBack = new Map<string, readonly string[]>();
  const applyMessage = messageApplier({
    models,
    clock,
    random: Math.random,
    mappings,
    refs,
    applyOrder,
    applyReport: reportApplier(orders, normalise),
    writtenBack: (connection) => writtenBack.get(connection) ?? [],
    notices: noticeReader(connections.get, inbox.accept),
    log,
  });

  const commands = orderCommands(models, orders, clock);
  const periodsClose = closeDriver(
    periodClose({
      models,
      clock,
      zone: settings.ORDERHUB_TIME_ZONE,
      periods,
      accruer: accruer({ models, clock, commands, poke }),
    }),
    (error) => log.error({ err: error }, 'closing a period'),
  );

  const services: HubServices = {
    evaluate: async (source, context, bindings) =>
      (await evaluateExpression(source, context, bindings)) as Json | undefined,
    orders: commands,
    tasks,
    effects,
    mappings,
    books,
    plans: parts.catalogue.plans,
    zone: settings.ORDERHUB_TIME_ZONE,
    read: async (connection, name, input) => (await connections.get(connection)).read(name, input),
    effectsOf: (runId) => models.effects.find({ 'cause.runId': runId }).limit(1_000).lean<EffectDoc[]>(),
    settingsOf: async (connection) => (await connections.get(connection)).settings,
  };
  const runs = runBook({
    models,
    clock,
    random: Math.random,
    pipelines: parts.pipelines,
    registry: parts.registry,
    makeContext: async (run, node) => {
      const doc = await orders.get(run.orderId);
      return { run, node, order: presentDoc(doc), facts: orderFacts(doc.content), now: clock.now, services };
    },
  });
  await runs.publish();

  const leases = laneLeases(models.lanes, clock, ulid());
  const workLane = laneWorker({
    models,
    clock,
    leases,
    orders,
    runs,
    tasks,
    effects,
    applyMessage,
    zone: settings.ORDERHUB_TIME_ZONE,
    ...(parts.checkpoint === undefined ? {} : { checkpoint: parts.checkpoint }),
  });
  const sweepLanes = sweeper({ models, inbox, clock, zone: settings.ORDERHUB_TIME_ZONE, poke });
  const sweep = (): Promise<number> => {
    periodsClose.poke();
    return sweepLanes();
  };
  const pollers: Poller[] = [];
  let sweepTimer: NodeJS.Timeout | undefined;
  let stopping = false;

  /** Waits until a message is applied or the time is up. */
  async function settled(messageId: string, waitMs: number): Promise<void> {
    const deadline = clock.monotonicMs() + waitMs;
    for (;;) {
      const message = await models.messages.findOne({ _id: messageId }, { state: 1 }).lean();
      if (message?.state !== 'received' || clock.monotonicMs() >= deadline) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Opens a connection and polls it when it can be polled; a fault is logged and leaves the others alone. */
  async function connect(name: string): Promise<void> {
    try {
      const connection = await connections.get(name);
      writtenBack.set(name, connection.type.writtenBack);
      for (const trigger of connection.triggers('poll')) {
        const started = poller({ models, inbox, clock, log }, connection, trigger);
        pollers.push(started);
        started.start();
      }
    } catch (error) {
      log.error({ problem: toProblem(error), connection: name }, 'opening a connection');
    }
  }

  /** Stops the pollers of a connection whose settings changed, and opens it anew. */
  async function reconnect(name: string): Promise<void> {
    const old = pollers.filter((p) => p.connection === name);
    for (const gone of old) pollers.splice(pollers.indexOf(gone), 1);
    await Promise.all(old.map((gone) => gone.stop()));
    await connect(name);
  }

  /** Begins to work: finds what a crash left, polls, sweeps. */
  async function start(): Promise<void> {
    if (parts.exclusive) await leases.releaseAll();
    for (const { orderId } of await models.effects.find({ state: 'sending' }, { orderId: 1 }).limit(10_000).lean())
      poke(orderId);
    await sweep();
    for (const { _id: name } of await connections.list()) await connect(name);
    const again = (): void => {
      if (stopping) return;
      sweepTimer = setTimeout(() => {
        sweep()
          .catch((error: unknown) => log.error({ err: error }, 'sweeping'))
          .finally(again);
      }, SWEEP_MS);
    };
    again();
  }

  /** Ends what is under way and begins nothing new. */
  async function stop(): Promise<void> {
    stopping = true;
    clearTimeout(sweepTimer);
    await periodsClose.stop();
    await Promise.all(pollers.map((p) => p.stop()));
    await queue.stop();
    await connections.closeAll();
  }

  return {
    models,
    clock,
    orders,
    refs,
    inbox,
    tasks,
    effects,
    books,
    closePeriod: periodsClose.close,
    connections,
    adding: normalise,
    runs,
    queue,
    poke,
    reconnect,
    settled,
    sweep,
    pollers,
    createOrder: orderCreator(models, applyOrder, poke),
    previewContract: (doc: OrderDoc) =>
      openContract({ orderId: doc._id, orderNumber: doc.orderNumber, content: doc.content }, catalogue),
    start,
    stop,
  };
}
