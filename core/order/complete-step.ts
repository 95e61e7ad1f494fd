import { HubError } from '../errors/hub-error.js';
import { complete, type Proof } from './deliver.js';
import { moveUnits } from './follow.js';
import type { FulfilmentState, Outcome } from './fulfilment.js';
import { compareQuantity, isNone, readQuantity, release } from './quantity.js';
import { availableUnits } from './ready.js';

export interface StepCompletion extends Omit<Proof, 'kind'> {
  readonly stepId: string;
  /** All that is left when absent; part of it is a milestone. */
  readonly quantity?: string;
}

/**
 * A person or a system without reports of its own says that a step is done. The same evidence again changes nothing.
 * Units that a warehouse or subscription system was asked for are told by its reports alone.
 * @throws HubError PLAN_STEP_REFUSED for a step that is unknown, not ready, or has fewer units left; ORDER_MOVE_REFUSED
 */
export function completeStep(before: FulfilmentState, completion: StepCompletion): Outcome | undefined {
  const { stepId, quantity: asked, ...proof } = completion;
  const refuse = (why: string, whyZh: string): never => {
    throw new HubError('PLAN_STEP_REFUSED', { order: before.orderNumber, step: stepId, why, whyZh });
  };
  const step = before.plan.find((candidate) => candidate.stepId === stepId);
  if (step === undefined) return refuse('there is no such step', '没有该步骤');
  if (step.evidence.some(({ id }) => id === proof.id)) return undefined;
  if (before.deliveries.includes(proof.id))
    refuse(`${proof.id} proves something else already`, `${proof.id} 已用于其他步骤`);
  if (step.state !== 'ready') refuse(`it is ${step.state}`, `步骤状态为 ${step.state}`);
  const available = availableUnits(before, step);
  if (isNone(available)) refuse('its units are with another system or held', '其数量在外部系统处理中或已冻结');
  const quantity = asked ?? available;
  if ((readQuantity(quantity) ?? 0n) <= 0n) refuse('the quantity must be above zero', '数量必须大于零');
  if (compareQuantity(quantity, available) > 0) refuse(`only ${available} are left`, `仅剩 ${available}`);
  const { lineId, action } = step;
  const sent = action === 'ship' ? moveUnits(before, release, lineId, quantity) : before;
  const { state, events } = complete(sent, [{ lineId, action, quantity }], { kind: 'task', ...proof });
  return { state, events };
}
