import type { TSchema } from 'typebox';
import type { Label } from '../connector/contract.js';
import type { Problem } from '../errors/hub-error.js';
import type { PresentedOrder } from '../order/present.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The event that started a run. `depth` counts how many events caused each other before it. */
export interface TriggerEvent {
  readonly seq: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly depth: number;
}

/** A place in the graph that is to be executed next, or that waits for its keys. */
export interface Token {
  readonly node: string;
  readonly input: Json;
  /** Set while the node waits; the keys of the tasks or effects it waits for. */
  readonly waitsFor?: readonly string[];
}

export interface StepRecord {
  readonly node: string;
  readonly begunAt: Date;
  readonly endedAt: Date;
  readonly outcome: NodeOutcome['do'] | 'failed';
  /** Index of the output that was taken. */
  readonly output?: number;
  /** One sentence for people: why this way. */
  readonly why?: Label;
}

export type RunStatus = 'running' | 'waiting' | 'done' | 'parked' | 'cancelled';

/** A run as it is stored; it stays on its revision. Final: done, cancelled. */
export interface Run {
  readonly runId: string;
  readonly pipeline: string;
  readonly revision: string;
  readonly orderId: string;
  readonly event: TriggerEvent;
  readonly status: RunStatus;
  readonly tokens: readonly Token[];
  readonly steps: readonly StepRecord[];
  readonly problem?: Problem;
}

/** What a node decided. A waiting node is executed again with the same input when one of its keys moves. */
export type NodeOutcome =
  | { readonly do: 'next'; readonly output: number; readonly data?: Json; readonly why?: Label }
  | { readonly do: 'wait'; readonly keys: readonly string[]; readonly why?: Label }
  | { readonly do: 'end'; readonly why?: Label };

export interface NodeContext<Services> {
  readonly run: Pick<Run, 'runId' | 'pipeline' | 'revision' | 'orderId' | 'event'>;
  readonly node: { readonly id: string; readonly name: string };
  /** The order as it is now. */
  readonly order: PresentedOrder;
  /** Numbers for conditions, see core/order/facts.ts. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly now: () => Date;
  readonly services: Services;
}

/**
 * A kind of node. `execute` may be called again with the same input after a crash or a wait: whatever it does outside
 * itself goes through services that are idempotent by key (`runId/nodeId/...`), so a second call finds what the first did.
 */
export interface NodeType<Services = unknown> {
  /** Short name, e.g. `approval`; in a file it is written `n8n-nodes-orderhub.approval`. */
  readonly type: string;
  readonly label: Label;
  readonly help: Label;
  readonly parameters: TSchema;
  /** Names of the outputs, in order. Empty for an end. */
  readonly outputs: readonly Label[];
  readonly trigger?: true;
  /** True when the node reaches outside the hub's own documents: the run is saved before it. */
  readonly effect?: true;
  execute(
    context: NodeContext<Services>,
    parameters: Readonly<Record<string, unknown>>,
    input: Json,
  ): Promise<NodeOutcome>;
}

/** A checked pipeline, ready to run. */
export interface Pipeline {
  readonly name: string;
  /** Hash of everything the revision names. */
  readonly revision: string;
  /** Event types that start it. */
  readonly events: readonly string[];
  readonly triggerNode: string;
  readonly nodes: ReadonlyMap<string, PipelineNode>;
}

export interface PipelineNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** By output index: the ids of the nodes it leads to. */
  readonly next: readonly (readonly string[])[];
}
