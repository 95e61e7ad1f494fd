import { isDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';

/** @throws ProtocolError InvalidIdField for arrays and regular expressions, which cannot identify a document */
export function checkId(id: Value): void {
  if (Array.isArray(id)) throw new ProtocolError('InvalidIdField', "The '_id' value cannot be of type array");
  if (isDoc(id) && [...id.keys()].some((key) => key.startsWith('$'))) {
    throw new ProtocolError(
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${[...id.keys()][0]}`,
    );
  }
}
