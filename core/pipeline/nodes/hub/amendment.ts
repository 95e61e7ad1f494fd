import { HubError } from '../../../errors/hub-error.js';
import type { Amendment, FulfilmentState } from '../../../order/fulfilment.js';
import { announceReturn } from '../../../order/returns.js';
import type { OrderDoc } from '../../../store/models/order.js';
import { commandOf, type HubContext } from '../../services.js';

/** The amendment the run was started for. @throws HubError UNEXPECTED in a pipeline that begins with another event. */
export function amendmentNumber({ run, node }: HubContext): string {
  const number = run.event.data['amendment'];
  if (typeof number === 'string') return number;
  throw new HubError('UNEXPECTED', { why: `${node.name} needs an event of an amendment, not ${run.event.type}` });
}

/** As it stands in the order now. */
export const amendmentIn = (doc: OrderDoc, number: string): Amendment | undefined =>
  doc.amendments?.find((amendment) => amendment.number === number);

/** Units that could not be cancelled because the customer has them are announced as a return, once. */
export async function returnInstead(context: HubContext, amendment: Amendment): Promise<void> {
  const lines = amendment.instead?.return ?? [];
  if (lines.length === 0) return;
  const command = commandOf(context);
  const reason = `${amendment.number}: ${amendment.reason}`.slice(0, 500);
  await context.services.orders.fulfil({ ...command, key: `${command.key}/return` }, (state: FulfilmentState) =>
    announceReturn(state, { lines, reason }),
  );
}
