import type { FulfilmentState, Outcome } from './fulfilment.js';
import { advance, makePlan } from './plan.js';
import type { PlanTemplates } from './plan-template.js';
import { isNone } from './quantity.js';
import { told } from './ready.js';

/**
 * Gives an accepted order its plan and tells what is ready. Units that were delivered before there was a plan count as
 * done. Undefined when the order has a plan.
 * @param today from which due dates are counted.
 */
export function beginFulfilment(before: FulfilmentState, templates: PlanTemplates, today: string): Outcome | undefined {
  if (before.plan.length > 0) return undefined;
  let plan = makePlan(before.content, templates, today);
  if (plan.length === 0) return undefined;
  for (const { lineId, quantities } of before.content.lines) {
    const step = plan.find((candidate) => candidate.lineId === lineId && candidate.passesControl);
    if (step === undefined || isNone(quantities.delivered)) continue;
    const mark = { lineId, action: step.action, quantity: quantities.delivered };
    plan = advance(plan, mark, { kind: 'delivery', id: 'before-the-plan', date: today });
  }
  return told(before, { ...before, plan });
}
