import { type Doc, isDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { Expression } from '../query/filter.js';
import { ACCUMULATORS, type Accumulator, identityOf } from './accumulators.js';
import { compileExpression } from './expression.js';
import { compileStage, isAccumulator } from './mingo.js';
import type { Variables } from './scope.js';
import { type Stage, type StageMaker, whole } from './stage.js';

type Field = Readonly<{ name: string; make: () => Accumulator; input: Expression }>;
type Group = Readonly<{ id: Value; states: readonly Accumulator[] }>;

/** Groups as documents pass, so that only the groups are held. Missing and null keys are one group. */
export const group: StageMaker = (operand, context): Stage => {
  if (!isDoc(operand)) throw new ProtocolError('Location15947', "a group's fields must be specified in an object");
  if (!operand.has('_id')) throw new ProtocolError('Location15955', 'a group specification must include an _id');
  const accumulated = new Map([...operand].filter(([name]) => name !== '_id'));
  const fields = accumulatorsOf(accumulated, context.variables);
  if (fields === undefined) return foreignGroup(operand, context.variables);
  return grouping(compileExpression(operand.get('_id') ?? null, context.variables), fields);
};

/** Undefined when an accumulator is left to mingo. @throws ProtocolError Location15952 for unknown ones */
export function accumulatorsOf(spec: Doc, variables: Variables): readonly Field[] | undefined {
  const fields: Field[] = [];
  for (const [name, source] of spec) {
    const [entry, ...more] = isDoc(source) ? source : [];
    if (entry === undefined || !entry[0].startsWith('$')) {
      throw new ProtocolError('Location40234', `The field '${name}' must be an accumulator object`);
    }
    if (more.length > 0) throw new ProtocolError('Location40238', `The field '${name}' must specify one accumulator`);
    const [operator, input] = entry;
    const make = Object.hasOwn(ACCUMULATORS, operator) ? ACCUMULATORS[operator] : undefined;
    if (make === undefined) {
      if (isAccumulator(operator)) return undefined;
      throw new ProtocolError('Location15952', `unknown group operator '${operator}'`);
    }
    fields.push({ name, make, input: compileExpression(input, variables) });
  }
  return fields;
}

const foreignGroup = (operand: Doc, variables: Variables): Stage => {
  const run = compileStage('$group', operand);
  return whole((documents) => run(documents, variables));
};

/** One result for each key, in the order in which keys were first seen. */
export const grouping = (key: Expression, fields: readonly Field[]): Stage =>
  function* (input) {
    const groups = new Map<string, Group>();
    for (const document of input) {
      if (document !== undefined) {
        const id = key(document) ?? null;
        const identity = typeof id === 'string' ? `s${id}` : identityOf(id);
        let found = groups.get(identity);
        if (found === undefined) {
          found = { id, states: fields.map(({ make }) => make()) };
          groups.set(identity, found);
        }
        for (let at = 0; at < fields.length; at++) found.states[at]?.take(fields[at]?.input(document));
      }
      yield undefined;
    }
    for (const { id, states } of groups.values()) {
      const result: Doc = new Map([['_id', id]]);
      fields.forEach(({ name }, at) => {
        result.set(name, states[at]?.result() ?? null);
      });
      yield result;
    }
  };
