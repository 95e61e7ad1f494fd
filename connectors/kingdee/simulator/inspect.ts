import type { Bill, BillStore, Row } from './store.js';
import { decimalIn, plainDecimal, total } from './values.js';

const field = (row: Row, key: string): string => String(row[key] ?? '');
const sumOf = (bills: readonly Bill[], key: string): string =>
  plainDecimal(total(bills.flatMap((bill) => bill.entries.map((entry) => decimalIn(entry.row, key)))));

/** Fields in which an honest second order would differ; number, id and status are left out on purpose. */
const orderContent = (bill: Bill): string => {
  const head = ['FCustId', 'FDate', 'FSettleCurrId', 'FNote'].map((key) => field(bill.head, key));
  const lines = bill.entries.map(({ row }) =>
    ['FMaterialId', 'FQty', 'FAllAmount', 'FDeliveryDate', 'FEntryNote'].map((key) => field(row, key)).join('|'),
  );
  return [...head, ...lines.sort()].join('\n');
};

const voucherContent = (bill: Bill): string => {
  const head = ['FAccountBookID', 'FYEAR', 'FPERIOD'].map((key) => field(bill.head, key));
  const lines = bill.entries.map(({ row }) =>
    ['FEXPLANATION', 'FACCOUNTID', 'FDetailID.FFLEX6', 'FDEBIT', 'FCREDIT'].map((key) => field(row, key)).join('|'),
  );
  return [...head, ...lines.sort()].join('\n');
};

/** Text in square brackets at the start of the first explanation; empty when there is none. */
const keyOf = (bill: Bill): string =>
  /^\[([^\]]+)\]/.exec(field(bill.entries[0]?.row ?? {}, 'FEXPLANATION'))?.[1] ?? '';

/** Names of bills whose content stands more than once. */
function repeated(bills: readonly Bill[], content: (bill: Bill) => string, name: (bill: Bill) => string): string[][] {
  const groups = new Map<string, string[]>();
  for (const bill of bills) groups.set(content(bill), [...(groups.get(content(bill)) ?? []), name(bill)]);
  return [...groups.values()].filter((names) => names.length > 1);
}

const orderView = (bill: Bill) => ({
  billNo: field(bill.head, 'FBillNo'),
  customer: field(bill.head, 'FCustId'),
  lines: bill.entries.length,
  total: field(bill.head, 'FBillAllAmount'),
  status: bill.status,
});

const voucherView = (bill: Bill) => ({
  key: keyOf(bill),
  book: field(bill.head, 'FAccountBookID'),
  year: Number(bill.head['FYEAR']),
  period: Number(bill.head['FPERIOD']),
  number: Number(bill.head['FVOUCHERGROUPNO']),
  debit: sumOf([bill], 'FDEBIT'),
  credit: sumOf([bill], 'FCREDIT'),
  status: bill.status,
});

const outboundView = (bill: Bill) => ({
  billNo: field(bill.head, 'FBillNo'),
  customer: field(bill.head, 'FCustomerID'),
  quantity: sumOf([bill], 'FRealQty'),
  status: bill.status,
});

/** Turnover by account, as the ledger's balance page adds it up. */
function turnover(vouchers: readonly Bill[]) {
  const rows = new Map<string, Row[]>();
  for (const { row } of vouchers.flatMap((bill) => bill.entries)) {
    const account = field(row, 'FACCOUNTID');
    rows.set(account, [...(rows.get(account) ?? []), row]);
  }
  const sum = (entries: readonly Row[], key: string): string =>
    plainDecimal(total(entries.map((row) => decimalIn(row, key))));
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([account, entries]) => ({ account, debit: sum(entries, 'FDEBIT'), credit: sum(entries, 'FCREDIT') }));
}

/** What stands in the books, told by content; sums are exact decimal texts. */
export function inspect(store: BillStore): Readonly<Record<string, unknown>> {
  const orders = store.all('SAL_SaleOrder').filter((bill) => !bill.cancelled);
  const vouchers = store.all('GL_VOUCHER');
  const keyed = vouchers.filter((bill) => keyOf(bill) !== '');
  const unkeyed = vouchers.filter((bill) => keyOf(bill) === '');
  return {
    salesOrders: orders.map(orderView),
    duplicates: repeated(orders, orderContent, (bill) => field(bill.head, 'FBillNo')),
    vouchers: vouchers.map(voucherView),
    voucherDuplicates: [
      ...repeated(keyed, keyOf, (bill) => `${keyOf(bill)} (${bill.id})`),
      ...repeated(unkeyed, voucherContent, (bill) => String(bill.id)),
    ],
    accounts: turnover(vouchers),
    outbounds: store.all('SAL_OUTSTOCK').map(outboundView),
    totals: { debit: sumOf(vouchers, 'FDEBIT'), credit: sumOf(vouchers, 'FCREDIT') },
  };
}
