import type { NodeType } from '../../contract.js';
import type { HubServices } from '../../services.js';
import { approval } from './approval.js';
import { connectorAction } from './connector-action.js';
import { orderMove } from './order-move.js';
import { orderValidated } from './order-validated.js';
import { revenue } from './revenue.js';
import { toDo } from './to-do.js';

/** The node types that reach the hub's documents and the outside. */
export const hubNodes: readonly NodeType<HubServices>[] = [
  orderMove,
  orderValidated,
  approval,
  toDo,
  connectorAction,
  revenue,
];
