/** The business date of an instant in the seller's zone, e.g. `2026-11-25` for 2026-11-24T17:00Z in Asia/Shanghai. */
export const businessDate = (at: Date, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** True when this runtime knows the zone. */
export function isTimeZone(zone: string): boolean {
  try {
    businessDate(new Date(0), zone);
    return true;
  } catch {
    return false;
  }
}

/** A business date so many days later (earlier when negative). */
export const daysAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
