import { HubError } from '../errors/hub-error.js';
import { moveUnits } from './follow.js';
import type { Action, FulfilmentState, Units } from './fulfilment.js';
import { isNone, lessQuantity, putBack } from './quantity.js';
import { availableUnits } from './ready.js';

export interface HandedOver {
  readonly lineId: string;
  readonly lineNo: number;
  readonly product: string;
  readonly quantity: string;
}

/**
 * The units that another system is to be asked for: of each step what is available now; steps without any are left out.
 * @throws HubError PLAN_STEP_REFUSED for a step that is unknown or of another action.
 */
export function takeReady(state: FulfilmentState, action: Action, stepIds: readonly string[]): HandedOver[] {
  return [...new Set(stepIds)].flatMap((stepId) => {
    const step = state.plan.find((candidate) => candidate.stepId === stepId);
    const line = state.content.lines.find((candidate) => candidate.lineId === step?.lineId);
    if (step?.action !== action || line === undefined) {
      const why = `it is no ${action} step of the order`;
      const facts = { order: state.orderNumber, step: stepId, why, whyZh: `不是订单的 ${action} 步骤` };
      throw new HubError('PLAN_STEP_REFUSED', facts);
    }
    const { lineId, lineNo, product } = line;
    const quantity = availableUnits(state, step);
    return isNone(quantity) ? [] : [{ lineId, lineNo, product, quantity }];
  });
}

/** Units that another system will not take are open again, as far as they were not delivered by other means meanwhile. */
export const giveBack = (state: FulfilmentState, rests: readonly Units[]): FulfilmentState =>
  rests.reduce((now, { lineId, quantity }) => {
    const there = now.content.lines.find((line) => line.lineId === lineId)?.quantities.inFulfilment ?? '0';
    return moveUnits(now, putBack, lineId, lessQuantity(quantity, there));
  }, state);
