const CEILING_MS = 15 * 60_000;

/**
 * Milliseconds before the next attempt: doubling from `baseMs` up to 15 minutes, half of it random so that a crowd
 * does not come back at once. What the other side asked for wins.
 */
export function backoffMs(
  attemptsMade: number,
  random: () => number,
  { retryAfterMs, baseMs = 1_000 }: { retryAfterMs?: number | undefined; baseMs?: number } = {},
): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  const full = Math.min(CEILING_MS, baseMs * 2 ** Math.min(20, Math.max(0, attemptsMade - 1)));
  return Math.round(full / 2 + (random() * full) / 2);
}
