import type { Doc, Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { Expression, FilterContext } from '../query/filter.js';

export const expressionContext = (variables: Doc): FilterContext => ({
  expression: (source) => compileExpression(source, variables),
});

export function compileExpression(source: Value, _variables: Doc): Expression {
  throw new ProtocolError('NotImplemented', `expression ${String(source)}`);
}
