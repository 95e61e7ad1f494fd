import { Ajv, type AnySchemaObject } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { ajvIssues } from '../errors/ajv-issues.js';
import { HubError, type Issue } from '../errors/hub-error.js';
import { OrderInput } from './schema.js';

const validate = addFormatsModule.default(new Ajv({ allErrors: true })).compile(OrderInput as AnySchemaObject);

/** @throws HubError ORDER_INVALID with every fault; the facts name the first. */
export function refuseOrder(issues: readonly Issue[]): never {
  const [first] = issues;
  const facts = { path: first?.path ?? '$', why: first?.why ?? 'is not an order', whyZh: first?.whyZh ?? '不是订单' };
  throw new HubError('ORDER_INVALID', facts, { issues });
}

/**
 * Takes a parsed body as an order when it has the shape of one; amounts and catalogue are checked by `normaliseOrder`.
 * @throws HubError ORDER_INVALID with every fault of shape, at most 50.
 */
export function readOrderInput(body: unknown): OrderInput {
  if (!validate(body)) refuseOrder(ajvIssues(validate.errors));
  return body as OrderInput;
}
