import Type, { type Static } from 'typebox';
import { ACTIONS, type Action } from './fulfilment.js';
import { LINE_KINDS, type LineKind } from './schema.js';

const closed = { additionalProperties: false };
const Actions = Type.Enum([...ACTIONS]);
const Kinds = Type.Array(Type.Enum([...LINE_KINDS]), { minItems: 1 });

const StepTemplate = Type.Object(
  {
    action: Actions,
    /** Days until it is due: from acceptance, or from the line's delivery date where it has one. */
    days: Type.Integer({ minimum: 0, maximum: 3650 }),
    from: Type.Optional(Type.Literal('delivery-date')),
    /** Who is asked; a system does it when absent. */
    role: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    /** With this step the units become the customer's; exactly one step of a plan does. */
    passesControl: Type.Optional(Type.Boolean()),
    /** Waits for these steps of other lines in the same bundle too. */
    afterOther: Type.Optional(Type.Object({ kinds: Kinds, actions: Type.Array(Actions, { minItems: 1 }) }, closed)),
  },
  closed,
);
export type StepTemplate = Static<typeof StepTemplate>;

/** How lines of some kinds are fulfilled: steps one after the other. */
export const PlanTemplate = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40 }),
    kinds: Kinds,
    /** The plan of these kinds, unless a product asks for another by name. */
    default: Type.Boolean(),
    steps: Type.Array(StepTemplate, { minItems: 1, maxItems: 10 }),
  },
  closed,
);
export type PlanTemplate = Static<typeof PlanTemplate>;

export interface PlanTemplates {
  /** Empty for a kind without a plan: such lines are delivered by reports alone. */
  stepsFor(line: { readonly product: string; readonly kind: LineKind }): readonly StepTemplate[];
}

export interface TemplateFault {
  readonly path: string;
  readonly why: string;
  readonly whyZh: string;
}

/** Steps that may have to wait for each other in turn, by way of other lines; undefined when there are none. */
function circle(templates: readonly PlanTemplate[]): string | undefined {
  const id = (name: string, action: Action): string => `${name}/${action}`;
  const after = new Map<string, string[]>();
  for (const { name, steps } of templates) {
    for (const [at, { action, afterOther }] of steps.entries()) {
      const before = steps[at - 1];
      const others = templates
        .filter(({ kinds }) => kinds.some((kind) => afterOther?.kinds.includes(kind)))
        .flatMap((other) => other.steps.map((step) => ({ name: other.name, action: step.action })))
        .filter((step) => afterOther?.actions.includes(step.action));
      after.set(id(name, action), [
        ...(before === undefined ? [] : [id(name, before.action)]),
        ...others.map((step) => id(step.name, step.action)),
      ]);
    }
  }
  const clear = new Set<string>();
  const leadsBack = (node: string, above: readonly string[]): boolean => {
    if (above.includes(node)) return true;
    if (clear.has(node)) return false;
    const found = (after.get(node) ?? []).some((next) => leadsBack(next, [...above, node]));
    if (!found) clear.add(node);
    return found;
  };
  return [...after.keys()].find((node) => leadsBack(node, []));
}

type ProductPlan = { readonly sku: string; readonly kind: LineKind; readonly plan?: string };

/** Everything wrong with the plans of an installation, and with the products that name one. */
export function templateFaults(templates: readonly PlanTemplate[], products: readonly ProductPlan[]): TemplateFault[] {
  const faults: TemplateFault[] = [];
  const report = (path: string, why: string, whyZh: string) => void faults.push({ path, why, whyZh });
  for (const [at, { name, steps, kinds, default: isDefault }] of templates.entries()) {
    if (templates.findIndex((other) => other.name === name) < at) report(`$[${at}].name`, 'is there twice', '重复');
    if (new Set(steps.map((step) => step.action)).size < steps.length)
      report(`$[${at}].steps`, 'have an action twice', '步骤动作重复');
    if (steps.filter((step) => step.passesControl === true).length !== 1)
      report(`$[${at}].steps`, 'need exactly one that passes control', '须有且仅有一个步骤转移控制权');
    const rival = templates.findIndex((other) => other.default && other.kinds.some((kind) => kinds.includes(kind)));
    if (isDefault && rival < at) report(`$[${at}].kinds`, 'have a default plan already', '该类别已有默认计划');
  }
  for (const { sku, kind, plan } of products) {
    const named = templates.find((template) => template.name === plan);
    if (plan !== undefined && named?.kinds.includes(kind) !== true)
      report('$', `${sku} asks for ${plan}, which is no plan for ${kind}`, `${sku} 的计划 ${plan} 不适用于 ${kind}`);
  }
  const found = circle(templates);
  if (found !== undefined) report('$', `${found} would wait for itself`, `${found} 将等待自身`);
  return faults;
}

/** @param templates without faults. */
export function planTemplates(templates: readonly PlanTemplate[], products: readonly ProductPlan[]): PlanTemplates {
  const named = new Map(templates.map((template) => [template.name, template.steps]));
  const planOf = new Map(products.map(({ sku, plan }) => [sku, plan]));
  return {
    stepsFor: ({ product, kind }) =>
      named.get(planOf.get(product) ?? '') ?? templates.find((t) => t.default && t.kinds.includes(kind))?.steps ?? [],
  };
}
