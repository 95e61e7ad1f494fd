import type { ExternalRef, InboundMessage } from '../../core/connector/contract.js';
import type { SalesforceRow } from './client.js';
import { longId } from './row-id.js';

export const MAPPING = 'salesforce-order-to-order';

/** `2026-01-15T17:30:00.000+0800` becomes `2026-01-15T09:30:00.000Z`, which sorts as text; undefined for anything else. */
export function plainStamp(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(value)) return undefined;
  const date = new Date(value.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

const isRow = (value: unknown): value is SalesforceRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const linesOf = (order: SalesforceRow): readonly SalesforceRow[] => {
  const lines = isRow(order['OrderItems']) ? order['OrderItems']['records'] : undefined;
  return Array.isArray(lines) ? lines.filter(isRow) : [];
};

const opportunityOf = (order: SalesforceRow): readonly ExternalRef[] => {
  const related = isRow(order['Opportunity']) ? order['Opportunity']['Id'] : undefined;
  const id = order['OpportunityId'] ?? related;
  return typeof id === 'string' && id !== '' ? [{ type: 'Opportunity', id: longId(id) }] : [];
};

const stampOf = (row: SalesforceRow): string | undefined =>
  plainStamp(row['SystemModstamp']) ?? plainStamp(row['LastModifiedDate']);

/**
 * One Order with its lines as the hub takes it in. The version is the latest stamp of the order, of its lines and of
 * `changes` (stamps of lines that are gone), because a changed line leaves the order's own stamp as it was.
 * Undefined when the row has no id or no stamp.
 */
export function orderMessage(order: SalesforceRow, changes: readonly string[] = []): InboundMessage | undefined {
  const id = order['Id'];
  if (typeof id !== 'string' || !/^801[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/.test(id)) return undefined;
  const version = [order, ...linesOf(order)]
    .flatMap((row) => stampOf(row) ?? [])
    .concat(changes)
    .sort()
    .at(-1);
  if (version === undefined) return undefined;
  const ref = { type: 'Order', id: longId(id) };
  return {
    kind: 'salesforce.order',
    correlation: {
      ref,
      creates: true,
      dedupeKey: `${ref.id}@${version}`,
      sourceVersion: version,
      alsoRefs: opportunityOf(order),
    },
    body: { order },
  };
}
