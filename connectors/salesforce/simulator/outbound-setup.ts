import type { Answer } from './answer.js';
import type { ApiCall } from './api-call.js';
import type { OutboundMessages } from './outbound.js';
import { bad, notFound } from './refusal.js';
import { rowId } from './row.js';
import { SCHEMA } from './schema.js';

const TYPE = 'WorkflowOutboundMessage';
const ID = rowId('04k', 1);

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/**
 * `tooling/sobjects/WorkflowOutboundMessage`: POST `{"FullName":"Order.…","Metadata":{"endpointUrl","fields"}}` makes the
 * one Outbound Message of this organisation and the rule that fires it when an activated Order is saved; DELETE by id
 * takes it away. Other than the vendor, it takes http addresses, so that a hub on this machine can be told.
 */
export function callOutboundSetup({ method, path, body }: ApiCall, outbound: OutboundMessages): Answer {
  const [, area, type, id] = path;
  if (area !== 'sobjects' || type !== TYPE) throw notFound();
  if (method === 'POST' && id === undefined) return create(body, outbound);
  if (method !== 'DELETE' || id !== outbound.target?.id) throw notFound();
  outbound.setTarget(undefined);
  return { status: 204 };
}

function create(body: unknown, outbound: OutboundMessages): Answer {
  const { FullName: fullName, Metadata: metadata } = record(body);
  if (typeof fullName !== 'string' || !/^Order\.\w+$/.test(fullName)) {
    throw bad('FIELD_INTEGRITY_EXCEPTION', 'FullName must name an Outbound Message of Order', ['FullName']);
  }
  const { endpointUrl, fields } = record(metadata);
  if (typeof endpointUrl !== 'string' || !URL.canParse(endpointUrl) || !/^https?:/.test(endpointUrl)) {
    throw bad('FIELD_INTEGRITY_EXCEPTION', 'endpointUrl must be an address', ['Metadata']);
  }
  const known = SCHEMA['Order']?.fields ?? {};
  if (!Array.isArray(fields) || !fields.every((field) => typeof field === 'string' && field in known)) {
    throw bad('FIELD_INTEGRITY_EXCEPTION', 'fields must be fields of Order', ['Metadata']);
  }
  if (outbound.target !== undefined) throw bad('DUPLICATE_DEVELOPER_NAME', 'there is an Outbound Message already');
  outbound.setTarget({ id: ID, endpointUrl, fields: [...new Set(['Id', ...fields.map(String)])] });
  return { status: 201, body: { id: ID, success: true, errors: [] } };
}
