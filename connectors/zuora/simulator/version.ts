/** What a `Zuora-Version` changes. */
export interface Version {
  /** Errors come with their HTTP status; before 2024-05-20 all of them come with 200. */
  readonly statusMapped: boolean;
  /** Orders answer `subscriptions: [{subscriptionNumber, status}]`; before 223.0 `subscriptionNumbers: […]`. */
  readonly subscriptionObjects: boolean;
}

const DATED = ['2024-05-20', '2025-08-12'];
const OLDEST = 187;
const NEWEST = 341;

/** No header, or a value that is not on the list: 186.0. */
export function readVersion(header: string | undefined): Version {
  const sent = header?.trim() ?? '';
  if (DATED.includes(sent)) return { statusMapped: true, subscriptionObjects: true };
  const number = /^\d{3}\.0$/.test(sent) ? Number(sent) : 0;
  return { statusMapped: false, subscriptionObjects: number >= 223 && number >= OLDEST && number <= NEWEST };
}
