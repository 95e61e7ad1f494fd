import type { NodeType } from '../../contract.js';
import type { HubServices } from '../../services.js';
import { activateSubscription } from './activate-subscription.js';
import { approval } from './approval.js';
import { checkStock } from './check-stock.js';
import { completeStep } from './complete-step.js';
import { connectorAction } from './connector-action.js';
import { freezeAmendment } from './freeze-amendment.js';
import { handOver } from './hand-over.js';
import { orderMove } from './order-move.js';
import { orderValidated } from './order-validated.js';
import { planFulfilment } from './plan-fulfilment.js';
import { revenue } from './revenue.js';
import { settleAmendment } from './settle-amendment.js';
import { stepToDo } from './step-to-do.js';
import { toDo } from './to-do.js';

/** The node types that reach the hub's documents and the outside. */
export const hubNodes: readonly NodeType<HubServices>[] = [
  orderMove,
  orderValidated,
  approval,
  toDo,
  connectorAction,
  planFulfilment,
  checkStock,
  handOver,
  activateSubscription,
  stepToDo,
  completeStep,
  freezeAmendment,
  settleAmendment,
  revenue,
];
