import type { SimulatorJournal } from '../../../core/connector/simulator.js';
import { linesOf } from './order-rules.js';
import { type Row, textOf } from './row.js';
import type { Change, Store } from './store.js';

const hubFields = (row: Row | undefined): string =>
  `${textOf(row, 'Hub_Order_Number__c')}|${textOf(row, 'Hub_Status__c')}`;

/**
 * What is stored: orders with their lines, opportunities with their hub fields, and for each opportunity how often each
 * content of the hub fields (`order number|status`) was accepted, a repeat of the same content included.
 */
export function inspectOrganisation(store: Store, journal: SimulatorJournal): Readonly<Record<string, unknown>> {
  return {
    orders: live(store, 'Order').map((order) => sayOrder(store, order)),
    opportunities: live(store, 'Opportunity').map((row) => ({
      id: textOf(row, 'Id'),
      name: row['Name'],
      stage: row['StageName'],
      Hub_Order_Number__c: row['Hub_Order_Number__c'],
      Hub_Status__c: row['Hub_Status__c'],
    })),
    opportunityWrites: countWrites(journal),
  };
}

const live = (store: Store, type: string): readonly Row[] => store.all(type).filter((row) => row['IsDeleted'] !== true);

const sayOrder = (rows: Store, order: Row) => ({
  id: textOf(order, 'Id'),
  number: order['OrderNumber'],
  status: order['Status'],
  opportunityId: order['OpportunityId'],
  accountNumber: rows.get('Account', textOf(order, 'AccountId'))?.['AccountNumber'] ?? null,
  currency: order['CurrencyIsoCode'],
  total: order['TotalAmount'],
  lines: linesOf(rows, textOf(order, 'Id')).map((line) => ({
    id: textOf(line, 'Id'),
    sku: rows.get('Product2', textOf(line, 'Product2Id'))?.['ProductCode'] ?? null,
    quantity: line['Quantity'],
    unitPrice: line['UnitPrice'],
  })),
});

/** Writes that carried hub fields, by Opportunity and content. */
function countWrites(journal: SimulatorJournal): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { what, data } of journal.entries()) {
    if (what === 'Opportunity.create' || !('changes' in data)) continue;
    const changes = data['changes'] as readonly Change[];
    for (const { type, row } of changes) {
      if (type !== 'Opportunity' || row['Hub_Order_Number__c'] === null) continue;
      const id = textOf(row, 'Id');
      const content = hubFields(row);
      counts[id] = { ...counts[id], [content]: (counts[id]?.[content] ?? 0) + 1 };
    }
  }
  return counts;
}
