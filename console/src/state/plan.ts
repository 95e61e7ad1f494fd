import type { PlanStep } from '../api/fulfilment-types';
import { addMoney, signOf } from '../format/money';

/** It should have been done before today. @param today `YYYY-MM-DD` */
export const isOverdue = (step: Pick<PlanStep, 'state' | 'dueDate'>, today: string): boolean =>
  (step.state === 'ready' || step.state === 'waiting') && step.dueDate !== undefined && step.dueDate < today;

/** `a` less `b`, exact. */
export const less = (a: string, b: string): string => addMoney([a, b.startsWith('-') ? b.slice(1) : `-${b}`]);

/** A person may say that it is done: it is ready, and somebody is asked rather than a system. */
export const isReportable = (step: PlanStep): boolean =>
  step.state === 'ready' && step.role !== undefined && signOf(less(step.quantity, step.done)) > 0;

export interface PlanSummary {
  /** Steps that were not cancelled, and how many of them are done. */
  total: number;
  done: number;
  overdue: number;
  /** The first step that is not done; ready ones come first. */
  next?: PlanStep;
}

/** One line's plan in a sentence. */
export function summarisePlan(steps: readonly PlanStep[], today: string): PlanSummary {
  const wanted = steps.filter((step) => step.state !== 'cancelled');
  const next = wanted.find((step) => step.state === 'ready') ?? wanted.find((step) => step.state === 'waiting');
  return {
    total: wanted.length,
    done: wanted.filter((step) => step.state === 'done').length,
    overdue: wanted.filter((step) => isOverdue(step, today)).length,
    ...(next === undefined ? {} : { next }),
  };
}
