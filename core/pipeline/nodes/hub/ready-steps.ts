import { Ajv } from 'ajv';
import Type, { type Static } from 'typebox';
import { HubError } from '../../../errors/hub-error.js';
import { ACTIONS } from '../../../order/fulfilment.js';
import type { HubContext } from '../../services.js';

/** What a `fulfilment.ready` event tells. */
const Ready = Type.Object({
  action: Type.Enum([...ACTIONS]),
  steps: Type.Array(
    Type.Object({
      stepId: Type.String(),
      lineId: Type.String(),
      lineNo: Type.Integer(),
      product: Type.String(),
      quantity: Type.String(),
    }),
    { minItems: 1 },
  ),
});
export type Ready = Static<typeof Ready>;
const isReady = new Ajv().compile<Ready>(Ready);

/** The steps that the run was started for. @throws HubError UNEXPECTED in a pipeline that begins with another event. */
export function readySteps({ run, node }: HubContext): Ready {
  const { data } = run.event;
  if (isReady(data)) return data;
  throw new HubError('UNEXPECTED', { why: `${node.name} needs a fulfilment.ready event, not ${run.event.type}` });
}
