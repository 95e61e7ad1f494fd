import type { Label } from '../../core/connector/contract.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { QimenClient } from './client.js';
import { type Place, placeOf } from './place.js';

interface Check {
  check: Label;
  ok: boolean;
  said: string;
}

const REACH: Label = { en: 'Reach the gateway', zh: '连接网关' };
const SIGN_IN: Label = { en: 'Signature accepted', zh: '签名通过' };
const READ: Label = { en: 'Warehouse answers about stock', zh: '仓库应答库存查询' };

/** How far one question came, by the code it failed with. */
const FAILED_AT: Readonly<Record<string, number>> = { CONNECTOR_UNREACHABLE: 0, CONNECTOR_REFUSED_LOGIN: 1 };

/** Asks for the stock of one item, which takes reaching, signing and a warehouse that answers; writes nothing. */
export async function probe(
  client: QimenClient,
  place: Place,
  item: string,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const criteria = [{ ...placeOf(place), itemCode: item }];
  try {
    const deed = { what: 'inventory.query', writes: false };
    const answer = await client.call('inventory.query', { criteriaList: { criteria } }, deed, signal);
    return [
      { check: REACH, ok: true, said: 'answered' },
      { check: SIGN_IN, ok: true, said: 'accepted' },
      { check: READ, ok: answer.ok, said: answer.ok ? `stock of ${item}` : `${answer.message} (${answer.code})` },
    ];
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    const failed = FAILED_AT[error.code] ?? 2;
    return [REACH, SIGN_IN, READ]
      .slice(0, failed + 1)
      .map((check, i) => ({ check, ok: i < failed, said: i < failed ? 'ok' : error.message }));
  }
}
