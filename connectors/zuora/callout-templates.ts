/**
 * Bodies to enter as callout templates in Zuora, one for each event. A list ends with `null`, because a template cannot
 * leave out the comma after the last entry; it is passed over when the message is read.
 */
export const CALLOUT_TEMPLATES = {
  'order.processed':
    '{"event":"order.processed","subscriptions":[{{#DataSource.Order.Subscriptions}}{"number":"{{Name}}",' +
    '"status":"{{Status}}","version":"{{Version}}","termStart":"{{TermStartDate}}","termEnd":"{{TermEndDate}}",' +
    '"updated":"{{UpdatedDate}}"},{{/DataSource.Order.Subscriptions}}null]}',
  'subscription.changed':
    '{"event":"subscription.changed","subscriptions":[{"number":"{{DataSource.Subscription.Name}}",' +
    '"status":"{{DataSource.Subscription.Status}}","version":"{{DataSource.Subscription.Version}}",' +
    '"termStart":"{{DataSource.Subscription.TermStartDate}}","termEnd":"{{DataSource.Subscription.TermEndDate}}",' +
    '"updated":"{{DataSource.Subscription.UpdatedDate}}","charges":[{{#DataSource.Subscription.RatePlanCharges}}' +
    '{"number":"{{ChargeNumber}}","quantity":"{{Quantity}}"},{{/DataSource.Subscription.RatePlanCharges}}null]}]}',
  'invoice.posted':
    '{"event":"invoice.posted","invoice":{"number":"{{DataSource.Invoice.InvoiceNumber}}",' +
    '"date":"{{DataSource.Invoice.InvoiceDate}}","dueDate":"{{DataSource.Invoice.DueDate}}",' +
    '"currency":"{{DataSource.Account.Currency}}"},"items":[{{#DataSource.Invoice.InvoiceItems}}' +
    '{"subscription":"{{Subscription.Name}}","chargeNumber":"{{RatePlanCharge.ChargeNumber}}","net":"{{ChargeAmount}}",' +
    '"tax":"{{TaxAmount}}","from":"{{ServiceStartDate}}","to":"{{ServiceEndDate}}"},' +
    '{{/DataSource.Invoice.InvoiceItems}}null]}',
} as const;
export type CalloutEvent = keyof typeof CALLOUT_TEMPLATES;

export const isCalloutEvent = (event: unknown): event is CalloutEvent =>
  typeof event === 'string' && Object.hasOwn(CALLOUT_TEMPLATES, event);
