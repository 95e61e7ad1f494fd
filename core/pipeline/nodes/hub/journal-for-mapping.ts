import { HubError } from '../../../errors/hub-error.js';
import { presentJournal } from '../../../revenue/journal.js';
import type { Json } from '../../contract.js';
import type { HubContext } from '../../services.js';

/** The journal a node's input names by `journalKey`, in the shape that voucher mappings read; else undefined. */
export async function journalForMapping(context: HubContext, input: Json | undefined) {
  if (input === null || typeof input !== 'object' || Array.isArray(input) || !('journalKey' in input)) return undefined;
  const key = String(input['journalKey']);
  const entry = await context.services.books.journal(key);
  if (entry === undefined) throw new HubError('RESOURCE_NOT_FOUND', { what: 'journal', id: key });
  const { memo, lines, ...rest } = presentJournal(entry);
  const { customer } = context.order;
  return {
    ...rest,
    memo: memo.zh,
    customer: { code: customer.code },
    lines: lines.map(({ code, account, side, amount, baseAmount, lineId }) => ({
      account,
      accountCode: code,
      side,
      amount,
      baseAmount,
      ...(lineId === undefined ? {} : { lineId }),
    })),
  };
}
