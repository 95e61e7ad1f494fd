import type { EffectLedger } from '../effect/ledger.js';
import type { MappingRegistry } from '../mapping/registry.js';
import type { PlanTemplates } from '../order/plan-template.js';
import type { EffectDoc } from '../store/models/work.js';
import type { RevenueBooks } from '../store/revenue-books.js';
import type { TaskBook } from '../task/task-book.js';
import type { Evaluates } from './conditions.js';
import type { NodeContext } from './contract.js';
import type { Command, OrderCommands } from './order-commands.js';

/** What the hub's own nodes work with. Each service is idempotent by the key it is given. */
export interface HubServices extends Evaluates {
  readonly orders: OrderCommands;
  readonly tasks: TaskBook;
  readonly effects: Pick<EffectLedger, 'plan'>;
  readonly mappings: MappingRegistry;
  readonly books: RevenueBooks;
  /** The fulfilment plans of the catalogue. */
  readonly plans: PlanTemplates;
  /** The seller's time zone, for business dates. */
  readonly zone: string;
  /** Asks a connection something that changes nothing there. @throws HubError RESOURCE_NOT_FOUND without such a read */
  readonly read: (connection: string, name: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** Effects that a run planned. */
  readonly effectsOf: (runId: string) => Promise<readonly EffectDoc[]>;
  /** Settings of a connection, defaults filled in; never its secrets. */
  readonly settingsOf: (connection: string) => Promise<Readonly<Record<string, unknown>>>;
}

export type HubContext = NodeContext<HubServices>;

/** The command a node gives: keyed by run and node, one event deeper than what started the run. */
export const commandOf = ({ run, node }: HubContext): Command => ({
  orderId: run.orderId,
  key: `${run.runId}/${node.id}`,
  depth: run.event.depth + 1,
  actor: { kind: 'system', id: `pipeline:${run.pipeline}`, name: run.pipeline },
});
