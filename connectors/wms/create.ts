import type { TSchema } from 'typebox';
import type { EffectCall, Label, Operation, Receipt } from '../../core/connector/contract.js';
import { listIn, textIn, type XmlElement } from '../../core/connector/kit/xml.js';
import type { QimenClient } from './client.js';
import { DELIVERY, type DocumentKind, difference, type Found, findDocument, RETURN } from './document.js';
import { badPayload, refused } from './errors.js';
import { DeliveryOrderPayload, ReturnOrderPayload } from './payload.js';
import type { Place } from './place.js';

const receipt = (id: string, code: string, detail: Record<string, unknown>, alreadyThere: boolean): Receipt => ({
  remoteId: id,
  remoteNumber: code,
  alreadyThere,
  detail,
});

/**
 * Opens a document under the hub's own code. A second one of that code is refused or answered with the first (vendors
 * differ), so that a repeat never doubles: `uniqueNumber`. Codes of refusals are each vendor's own, hence after any
 * refusal the document is looked up, and counts as done when it stands there with our content.
 */
function create(
  client: QimenClient,
  place: Place,
  kind: DocumentKind,
  about: { readonly label: Label; readonly input: TSchema },
): Operation {
  const name = `${kind.object === 'deliveryorder' ? 'delivery-order' : 'return-order'}.create`;

  const look = async (call: EffectCall): Promise<Found | undefined> => {
    const found = await findDocument(client, kind, place, call);
    const fault = found === undefined ? undefined : difference(found, call.payload);
    if (fault !== undefined) throw refused({ what: `${kind.object} ${call.businessKey}`, writes: false }, fault);
    return found;
  };

  const there = (found: Found, call: EffectCall): Receipt =>
    receipt(found.id, call.businessKey, { status: found.status }, true);

  const send = async (call: EffectCall): Promise<Receipt> => {
    const code = textIn(call.payload as XmlElement, kind.head, kind.codeField);
    if (code !== call.businessKey) {
      throw badPayload(name, `$.${kind.head}.${kind.codeField}`, `is ${code}, not ${call.businessKey}`);
    }
    const deed = { what: `${kind.object} ${call.businessKey}`, writes: true };
    const answer = await client.call(`${kind.object}.create`, call.payload as XmlElement, deed, call.signal);
    if (answer.ok) {
      const split = listIn(answer.content, 'deliveryOrders', 'deliveryOrder').map((one) => textIn(one, kind.idField));
      const id = textIn(answer.content, kind.idField) ?? split.find((one) => one !== undefined) ?? call.businessKey;
      return receipt(id, call.businessKey, split.length === 0 ? {} : { parts: split }, false);
    }
    const found = await look(call);
    if (found === undefined) throw refused(deed, `${answer.message} (${answer.code})`);
    return there(found, call);
  };

  return {
    name,
    label: about.label,
    objectType: kind.object,
    intent: 'create',
    input: about.input,
    settlement: { kind: 'uniqueNumber' },
    send,
    find: async (call) => {
      const found = await look(call);
      return found === undefined ? undefined : { receipt: there(found, call), complete: true };
    },
  };
}

export const deliveryOrderCreate = (client: QimenClient, place: Place): Operation =>
  create(client, place, DELIVERY, {
    label: { en: 'Order the warehouse to ship', zh: '下发发货单' },
    input: DeliveryOrderPayload,
  });

export const returnOrderCreate = (client: QimenClient, place: Place): Operation =>
  create(client, place, RETURN, {
    label: { en: 'Announce goods that come back', zh: '下发退货入库单' },
    input: ReturnOrderPayload,
  });
