import { limitFault } from './mapping-fault.js';

const known = new WeakMap<object, number>();

const isFunction = (value: object): boolean => '_jsonata_lambda' in value || '_jsonata_function' in value;

function membersWeight(value: object): number {
  let sum = 2;
  if (Array.isArray(value)) for (const item of value) sum += weightOf(item) + 1;
  else for (const key of Object.keys(value)) sum += key.length + 4 + weightOf((value as Record<string, unknown>)[key]);
  return sum;
}

/**
 * About how many characters of JSON a value makes. A part that is used many times counts each time, and is looked at
 * once: forty steps of `{"a": $x, "b": $x}` make a small value in memory and an endless one for whoever walks it.
 * Values are finished when they are weighed: the language never changes one afterwards.
 */
export function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  const before = known.get(value);
  if (before !== undefined) return before;
  const weight = isFunction(value) ? 8 : membersWeight(value);
  known.set(value, weight);
  return weight;
}

/** @throws MappingFault `limit` when the value would be longer than `size` characters of JSON. */
export function checkWeight(value: unknown, size: number): void {
  if (weightOf(value) > size) throw limitFault(`a value of more than ${size} characters`, `值超过 ${size} 个字符`);
}

interface Frame {
  bind(name: string | symbol, value: unknown): void;
}

/** The interpreter calls what is bound to this name for each frame of variables it opens. */
export const FRAME_OPENED = Symbol.for('jsonata.__createFrame_push');

/** Weighs every value a variable or parameter takes; a value can only be used twice through one. */
export const weighVariables =
  (size: number) =>
  (_outer: Frame, frame: Frame): void => {
    const { bind } = frame;
    frame.bind = (name, value) => {
      checkWeight(value, size);
      bind(name, value);
    };
  };
