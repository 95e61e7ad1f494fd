import { daysAfter } from './business-date.js';
import type { Action, Evidence, PlanStep } from './fulfilment.js';
import type { OrderContent, OrderLine } from './order.js';
import type { PlanTemplates, StepTemplate } from './plan-template.js';
import { addQuantity, compareQuantity, effectiveQuantity, isNone, lessQuantity } from './quantity.js';

const stepId = (line: Pick<OrderLine, 'lineNo'>, action: Action): string => `${line.lineNo}-${action}`;

/** The uppermost line of the bundle a line belongs to, by `ref`; its own when it is in none. */
function bundleOf(line: OrderLine, lines: readonly OrderLine[]): string {
  const above = line.parent === undefined ? undefined : lines.find((other) => other.ref === line.parent);
  return above === undefined ? line.ref : bundleOf(above, lines);
}

function dueDate({ days, from }: StepTemplate, line: OrderLine, acceptedOn: string): string {
  if (from === 'delivery-date' && line.deliveryDate !== undefined) return line.deliveryDate;
  return daysAfter(acceptedOn, days);
}

/** Steps of other lines of the same bundle that a step has to wait for. */
function stepsBeside(
  step: StepTemplate,
  line: OrderLine,
  content: OrderContent,
  templates: PlanTemplates,
): readonly string[] {
  const { afterOther } = step;
  if (afterOther === undefined) return [];
  const bundle = bundleOf(line, content.lines);
  return content.lines
    .filter((other) => other.lineId !== line.lineId && afterOther.kinds.includes(other.kind))
    .filter((other) => bundleOf(other, content.lines) === bundle)
    .flatMap((other) =>
      templates
        .stepsFor(other)
        .filter(({ action }) => afterOther.actions.includes(action))
        .map(({ action }) => stepId(other, action)),
    );
}

const newSteps = (line: OrderLine, content: OrderContent, templates: PlanTemplates, acceptedOn: string): PlanStep[] => {
  const steps = templates.stepsFor(line);
  return steps.map((step, at) => {
    const before = steps[at - 1];
    return {
      stepId: stepId(line, step.action),
      lineId: line.lineId,
      lineNo: line.lineNo,
      action: step.action,
      after: [
        ...(before === undefined ? [] : [stepId(line, before.action)]),
        ...stepsBeside(step, line, content, templates),
      ],
      quantity: effectiveQuantity(line),
      done: '0',
      state: 'waiting',
      passesControl: step.passesControl === true,
      dueDate: dueDate(step, line, acceptedOn),
      ...(step.role === undefined ? {} : { role: step.role }),
      evidence: [],
    };
  });
};

/** The states that quantities and dependencies give. A step whose dependency is not in the plan does not wait for it. */
function withStates(plan: readonly PlanStep[]): PlanStep[] {
  const complete = (step: PlanStep): boolean => compareQuantity(step.done, step.quantity) >= 0;
  const unfinished = new Set(plan.filter((step) => !complete(step)).map((step) => step.stepId));
  const stateOf = (step: PlanStep): PlanStep['state'] => {
    if (isNone(step.quantity)) return 'cancelled';
    if (complete(step)) return 'done';
    return step.after.some((id) => unfinished.has(id)) ? 'waiting' : 'ready';
  };
  return plan.map((step) => ({ ...step, state: stateOf(step) }));
}

/**
 * The plan after an amendment: added lines get steps, steps of reduced lines shrink and are cancelled with their last
 * unit. Existing steps keep evidence, due date and dependencies.
 * @param date from which the due dates of new steps are counted.
 */
export function syncPlan(
  plan: readonly PlanStep[],
  content: OrderContent,
  templates: PlanTemplates,
  date: string,
): PlanStep[] {
  const resize = (step: PlanStep, quantity: string): PlanStep => ({
    ...step,
    quantity,
    done: lessQuantity(step.done, quantity),
  });
  return withStates(
    content.lines.flatMap((line) => {
      const there = plan.filter((step) => step.lineId === line.lineId);
      return there.length > 0
        ? there.map((step) => resize(step, effectiveQuantity(line)))
        : newSteps(line, content, templates, date);
    }),
  );
}

/** The plan of an order that is accepted on that day. */
export const makePlan = (content: OrderContent, templates: PlanTemplates, acceptedOn: string): PlanStep[] =>
  syncPlan([], content, templates, acceptedOn);

/** Units of one step that are done. */
export interface Mark {
  readonly lineId: string;
  readonly action: Action;
  readonly quantity: string;
}

/**
 * Marks progress and releases what waited for it. Earlier steps of the line are marked done at least as far, by the same
 * evidence: what is installed was shipped.
 */
export function advance(plan: readonly PlanStep[], mark: Mark, evidence: Omit<Evidence, 'quantity'>): PlanStep[] {
  const own = plan.find((step) => step.lineId === mark.lineId && step.action === mark.action);
  if (own === undefined) return [...plan];
  const done = lessQuantity(addQuantity(own.done, mark.quantity), own.quantity);
  const raised = (step: PlanStep, at: number): PlanStep => {
    const isEarlier = step.lineId === mark.lineId && at < plan.indexOf(own) && compareQuantity(step.done, done) < 0;
    return step === own || isEarlier
      ? { ...step, done, evidence: [...step.evidence, { ...evidence, quantity: mark.quantity }] }
      : step;
  };
  return withStates(plan.map(raised));
}

/** Steps that should have been done before today, for the alarm. */
export const overdue = (plan: readonly PlanStep[], today: string): PlanStep[] =>
  plan.filter(
    (step) =>
      (step.state === 'ready' || step.state === 'waiting') && step.dueDate !== undefined && step.dueDate < today,
  );
