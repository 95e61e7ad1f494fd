import type { Evaluates } from '../conditions.js';
import type { NodeType } from '../contract.js';
import { decisionTable } from './decision-table.js';
import { ifNode } from './if.js';
import { setNode } from './set.js';
import { stop } from './stop.js';
import { switchNode } from './switch.js';
import { trigger } from './trigger.js';
import { validate } from './validate.js';

/** The node types that only decide: they need an evaluator and touch nothing outside. */
export const structuralNodes: readonly NodeType<Evaluates>[] = [
  trigger,
  validate,
  ifNode,
  switchNode,
  decisionTable,
  setNode,
  stop,
];
