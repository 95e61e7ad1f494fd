import type { OrderContent } from '../order/order.js';

const LIMIT = 60;
const HAN = /\p{Script=Han}/u;

/** A name is found by each of its words; a Chinese name by each of its characters on, since it has no words. */
const startsOf = (name: string): string[] =>
  HAN.test(name)
    ? [...name].map((_, i, all) => all.slice(i, i + 20).join(''))
    : name.split(/\s+/).map((_, i, all) => all.slice(i).join(' ').slice(0, 40));

/**
 * Lower-cased texts by whose beginning an order is found: its number (and its digits), the customer's code and name, PO,
 * contract, opportunity and every external id. At most 60.
 */
export function searchKeys(orderNumber: string, content: OrderContent, externalIds: readonly string[]): string[] {
  const { customer, poNumber, contractNumber, opportunity } = content;
  const texts = [
    orderNumber,
    orderNumber.replace(/^\D+/, ''),
    customer.code,
    ...externalIds,
    poNumber,
    contractNumber,
    opportunity,
    ...startsOf(customer.name),
  ];
  const keys = texts.flatMap((text) => (text === undefined || text === '' ? [] : [text.toLowerCase()]));
  return [...new Set(keys)].slice(0, LIMIT);
}
