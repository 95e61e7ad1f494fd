import type { Label } from '../../core/connector/contract.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { KingdeeClient } from './client.js';

interface Check {
  check: Label;
  ok: boolean;
  said: string;
}

const REACH: Label = { en: 'Reach the server', zh: '连接服务器' };
const SIGN_IN: Label = { en: 'Sign in', zh: '登录' };
const READ: Label = { en: 'Read a customer', zh: '读取一个客户' };

/** How far one query came, by the code it failed with. */
const FAILED_AT: Readonly<Record<string, number>> = { CONNECTOR_UNREACHABLE: 0, CONNECTOR_REFUSED_LOGIN: 1 };

/** Reads one customer, which takes reaching and signing in; writes nothing. */
export async function probe(client: KingdeeClient, signal: AbortSignal): Promise<readonly Check[]> {
  const query = { FormId: 'BD_Customer', FieldKeys: 'FNumber,FName', FilterString: '', Limit: 1 };
  try {
    const [row] = await client.query(query, 'BD_Customer', signal);
    const said = row === undefined ? 'there is no customer yet' : `${String(row[0])} ${String(row[1])}`;
    return [
      { check: REACH, ok: true, said: 'answered' },
      { check: SIGN_IN, ok: true, said: 'accepted' },
      { check: READ, ok: true, said },
    ];
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    const failed = FAILED_AT[error.code] ?? 2;
    return [REACH, SIGN_IN, READ]
      .slice(0, failed + 1)
      .map((check, i) => ({ check, ok: i < failed, said: i < failed ? 'ok' : error.message }));
  }
}
