/** How far each of the two streams was read: stamps in sortable form; undefined: nothing yet. */
export interface Watermark {
  readonly orders: string | undefined;
  readonly lines: string | undefined;
}

/** `orders=2026-01-15T09:30:00.000Z;lines=…`; what is not readable starts from the beginning. */
export function readWatermark(text: string | undefined): Watermark {
  const stamp = (name: string): string | undefined =>
    new RegExp(`(?:^|;)${name}=(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z)`).exec(text ?? '')?.[1];
  return { orders: stamp('orders'), lines: stamp('lines') };
}

export const writeWatermark = ({ orders, lines }: Watermark): string =>
  [orders === undefined ? [] : `orders=${orders}`, lines === undefined ? [] : `lines=${lines}`].flat().join(';');

/** A stamp moved back by the overlap, as SOQL writes an instant. */
export const lookBack = (stamp: string, overlapMs: number): string =>
  new Date(new Date(stamp).getTime() - overlapMs).toISOString();

/** Stamps never run back: a page of the overlap is older than what was read. */
export const later = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;
