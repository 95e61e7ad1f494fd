/** What the demo reads of the hub's answers. */
export interface OrderView {
  orderId: string;
  orderNumber: string;
  revision: number;
  customer: { name: string };
  gross: string;
  currency: string;
  attention: boolean;
  states: { commercial: string; revenue: string; billing: string };
  rejection?: { why: string }[];
  openTasks: { taskId: string; kind: string; role: string }[];
  order: {
    lines: {
      lineId: string;
      lineNo: number;
      product: string;
      ref: string;
      taxRate: string;
      quantity: string;
      quantities: Record<'open' | 'frozen' | 'inFulfilment' | 'delivered' | 'cancelled' | 'returned', string>;
    }[];
    plan: { stepId: string; lineNo: number; action: string; state: string; done: string; evidence: { id: string }[] }[];
    shipments: { number: string; state: string; lines: { lineNo: number; quantity: string; shipped: string }[] }[];
    subscriptions: { number: string; state: string; lines: { quantity: string; active: string }[] }[];
    returns: { number: string; state: string }[];
    amendments: { number: string; state: string }[];
  };
}
export interface TaskView {
  kind: string;
  state: string;
  role: string;
  orderId: string;
}
export interface EffectView {
  key: string;
  state: string;
}
export interface JournalView {
  key: string;
  period: string;
  voucher?: { state: string };
}
export interface Page<T> {
  items: T[];
  next?: string;
}
