import type { Doc, Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';

export function updatePipeline(_stages: readonly Value[], _variables: Doc): (document: Doc) => Doc {
  throw new ProtocolError('NotImplemented', 'update pipelines');
}
