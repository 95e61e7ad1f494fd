import type { Settlement } from '../../core/connector/contract.js';

/** Zuora honours an `Idempotency-Key` for 24 hours. */
export const SAME_KEY: Settlement = { kind: 'sameKey', windowMs: 24 * 3_600_000 };
