import type { EffectDoc } from '../../store/models/work.js';
import { iso } from './schemas.js';

export function presentEffect(doc: EffectDoc) {
  const { _id: key, connection, operation, objectType, businessKey, intent, state, settlement } = doc;
  return {
    ...{ key, connection, operation, objectType, businessKey, intent, state, settlement },
    ...{ orderId: doc.orderId, orderNumber: doc.orderNumber, cause: doc.cause, tries: doc.tries, parts: doc.parts },
    attempts: doc.attempts.map(({ at, endedAt, ...rest }) => ({
      ...rest,
      at: iso(at),
      ...(endedAt === undefined ? {} : { endedAt: iso(endedAt) }),
    })),
    payload: doc.payload,
    createdAt: iso(doc.createdAt),
    updatedAt: iso(doc.updatedAt),
    ...(doc.receipt === undefined ? {} : { receipt: doc.receipt }),
    ...(doc.problem === undefined ? {} : { problem: doc.problem }),
    ...(doc.dueAt === undefined ? {} : { nextAt: iso(doc.dueAt) }),
  };
}
