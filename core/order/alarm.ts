import type { FulfilmentState, Outcome, PlanStep } from './fulfilment.js';
import { overdue } from './plan.js';

const isUnfinished = (step: PlanStep): boolean => step.state === 'ready' || step.state === 'waiting';

/** Due date of the earliest step that nobody was alarmed about; null when there is none. */
export const alarmOn = (plan: readonly PlanStep[]): string | null =>
  plan
    .flatMap((step) =>
      isUnfinished(step) && step.alarmed !== true && step.dueDate !== undefined ? [step.dueDate] : [],
    )
    .sort()[0] ?? null;

/** True while a step that somebody was alarmed about is still not done. */
export const isAlarmed = (plan: readonly PlanStep[]): boolean =>
  plan.some((step) => step.alarmed === true && isUnfinished(step));

/** Tells once which steps should have been done before today. Undefined when there is nothing new to tell. */
export function raiseAlarm(before: FulfilmentState, today: string): Outcome | undefined {
  const late = overdue(before.plan, today).filter((step) => step.alarmed !== true);
  if (late.length === 0) return undefined;
  const ids = new Set(late.map((step) => step.stepId));
  const plan = before.plan.map((step) => (ids.has(step.stepId) ? { ...step, alarmed: true as const } : step));
  const steps = late.map(({ stepId, lineNo, action, dueDate, role }) => ({
    ...{ stepId, lineNo, action, dueDate },
    ...(role === undefined ? {} : { role }),
  }));
  return { state: { ...before, plan }, events: [{ type: 'fulfilment.overdue', data: { steps } }] };
}
