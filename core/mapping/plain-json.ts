import { jsonPath } from '../errors/ajv-issues.js';
import { limitFault, type MappingFault, valueFault } from './mapping-fault.js';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Room {
  /** About how many characters of JSON. */
  readonly size: number;
  readonly depth: number;
}

/** Names that reach a prototype when a careless reader assigns them. */
const REFUSED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const pointerStep = (step: string | number): string => String(step).replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * Copies a value into plain JSON: ordinary objects and arrays without hidden members. What is undefined is left out.
 * Stops as soon as the value is larger or deeper than `room`, so a value of any size costs no more than that.
 * @throws MappingFault `limit` for size or depth; `value` for functions, numbers that JSON cannot write, objects of a
 *   class, and the names `__proto__`, `constructor`, `prototype`.
 */
export function toPlain(value: unknown, room: Room): Json | undefined {
  const steps: (string | number)[] = [];
  const path = (): string => jsonPath(['', ...steps.map(pointerStep)].join('/'));
  const refuse = (why: string, whyZh: string): MappingFault => valueFault(why, whyZh, path());
  let left = room.size;

  const spend = (size: number): void => {
    left -= size;
    if (left < 0) throw limitFault(`holds more than ${room.size} characters`, `超过 ${room.size} 个字符`);
  };

  function copyList(list: readonly unknown[]): Json[] {
    const copied: Json[] = [];
    for (let i = 0; i < list.length; i++) {
      const item = descend(i, list[i]);
      if (item !== undefined) copied.push(item);
    }
    return copied;
  }

  function copyObject(object: object): Json {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== null && prototype !== Object.prototype) throw refuse('is not plain JSON', '不是普通的 JSON');
    if ('_jsonata_lambda' in object || '_jsonata_function' in object) throw refuse('is a function', '是一个函数');
    const copied: { [key: string]: Json } = {};
    for (const [key, member] of Object.entries(object)) {
      if (REFUSED_KEYS.has(key)) throw refuse(`has a field named ${key}`, `含有名为 ${key} 的字段`);
      spend(key.length + 4);
      const plain = descend(key, member);
      if (plain !== undefined) copied[key] = plain;
    }
    return copied;
  }

  function descend(step: string | number, member: unknown): Json | undefined {
    steps.push(step);
    if (steps.length > room.depth)
      throw limitFault(`is nested more than ${room.depth} deep`, `嵌套超过 ${room.depth} 层`);
    const plain = copy(member);
    steps.pop();
    return plain;
  }

  function copy(item: unknown): Json | undefined {
    switch (typeof item) {
      case 'undefined':
        return undefined;
      case 'string':
        spend(item.length + 2);
        return item;
      case 'boolean':
        spend(5);
        return item;
      case 'number':
        spend(8);
        if (!Number.isFinite(item)) throw refuse(`is ${item}, which is no number in JSON`, `是 ${item}，JSON 无法表示`);
        return item;
      case 'object':
        spend(2);
        if (item === null) return null;
        return Array.isArray(item) ? copyList(item) : copyObject(item);
      default:
        throw refuse(`is a ${typeof item}`, typeof item === 'function' ? '是一个函数' : `类型为 ${typeof item}`);
    }
  }

  return copy(value);
}
