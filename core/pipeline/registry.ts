import { HubError } from '../errors/hub-error.js';
import type { NodeType } from './contract.js';

/** What n8n puts before our short names: the package that holds the nodes. */
export const TYPE_PREFIX = 'n8n-nodes-orderhub.';

/** `n8n-nodes-orderhub.approval` → `approval`; undefined for a type of another package. */
export const shortType = (type: string): string | undefined =>
  type.startsWith(TYPE_PREFIX) ? type.slice(TYPE_PREFIX.length) : undefined;

/** The node types of an installation, by short name. Filled once, when the hub is composed. */
export class NodeRegistry<Services = unknown> {
  readonly #types: ReadonlyMap<string, NodeType<Services>>;

  /** @throws HubError UNEXPECTED when two types share a name. */
  constructor(types: readonly NodeType<Services>[]) {
    this.#types = new Map(types.map((type) => [type.type, type]));
    if (this.#types.size !== types.length) throw new HubError('UNEXPECTED', { why: 'two node types share a name' });
  }

  find(type: string): NodeType<Services> | undefined {
    return this.#types.get(type);
  }

  all(): readonly NodeType<Services>[] {
    return [...this.#types.values()];
  }
}
