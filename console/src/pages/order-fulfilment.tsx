import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReturnOrder, Shipment, SubscriptionRun } from '../api/fulfilment-types';
import { useSession } from '../api/queries';
import type { PresentedOrder } from '../api/types';
import { CopyText } from '../components/copy-text';
import { Doc, UnitList, useLineName } from '../components/doc';
import { StateChip } from '../components/state-chip';
import { StatePage } from '../components/state-page';
import { formatQuantity } from '../format/money';
import { useLang } from '../i18n/i18n';
import { RETURN_STATES, SHIPMENT_STATES, SUBSCRIPTION_STATES } from '../state/fulfilment-words';
import { may } from '../state/may';
import { isReceivedByHand } from '../state/returns';
import { lookOf } from '../state/states';
import { Amendments } from './order-amendments';
import { Receipt } from './order-receipt';

type Named = { name: (lineId: string) => string };

function ShipmentDoc({ shipment, name }: { shipment: Shipment } & Named) {
  const { t } = useTranslation();
  const lang = useLang();
  const units = shipment.lines.map((l) => ({
    lineId: l.lineId,
    text: t('ship.shipped', { shipped: formatQuantity(l.shipped, lang), of: formatQuantity(l.quantity, lang) }),
  }));
  return (
    <Doc number={shipment.number} chip={<StateChip look={lookOf(SHIPMENT_STATES, shipment.state)} />}>
      {shipment.reason !== undefined && <p className="oh-text-refused">{shipment.reason}</p>}
      <UnitList units={units} name={name} />
      {shipment.parcels.length > 0 && (
        <ul className="oh-parcels" aria-label={t('ship.parcels')}>
          {shipment.parcels.map((parcel, i) => (
            <li key={`${parcel.report} ${parcel.tracking}`} data-testid="parcel">
              <span>{t('ship.parcel', { number: i + 1 })}</span>
              <span>{parcel.carrier}</span>
              <CopyText text={parcel.tracking} label={t('ship.tracking')} />
            </li>
          ))}
        </ul>
      )}
    </Doc>
  );
}

function SubscriptionDoc({ run, name }: { run: SubscriptionRun } & Named) {
  const { t } = useTranslation();
  const lang = useLang();
  const units = run.lines.map((l) => ({
    lineId: l.lineId,
    text: t('ship.active', { active: formatQuantity(l.active, lang), of: formatQuantity(l.quantity, lang) }),
  }));
  return (
    <Doc number={run.number} chip={<StateChip look={lookOf(SUBSCRIPTION_STATES, run.state)} />}>
      <UnitList units={units} name={name} />
    </Doc>
  );
}

function ReturnDoc({ order, name, action }: { order: ReturnOrder; action: ReactNode } & Named) {
  const { t } = useTranslation();
  const lang = useLang();
  return (
    <Doc
      number={order.number}
      chip={<StateChip look={lookOf(RETURN_STATES, order.state)} />}
      note={
        <>
          {order.shipment !== undefined && (
            <span className="oh-caption">{t('return.of', { shipment: order.shipment })}</span>
          )}
          {action}
        </>
      }
    >
      <p>{order.reason}</p>
      <UnitList units={order.lines.map((l) => ({ ...l, text: formatQuantity(l.quantity, lang) }))} name={name} />
    </Doc>
  );
}

function Section({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return (
    <section className="oh-panel">
      <h2>
        {title} <span className="oh-count">{count}</span>
      </h2>
      {children}
    </section>
  );
}

/** Amendments first: they are what somebody waits for. Then what was shipped, set up and sent back. */
export function FulfilmentTab({ orderId, order }: { orderId: string; order: PresentedOrder }) {
  const { t } = useTranslation();
  const name = useLineName(order);
  const mayReceive = may(useSession().data, 'order:return');
  const { amendments, shipments, subscriptions, returns } = order;
  if (amendments.length + shipments.length + subscriptions.length + returns.length === 0)
    return (
      <section className="oh-panel">
        <StatePage title={t('fulfilment.none')} text={t('fulfilment.noneText')} />
      </section>
    );
  return (
    <>
      <Section title={t('fulfilment.amendments')} count={amendments.length}>
        <Amendments order={order} />
      </Section>
      <Section title={t('fulfilment.shipments')} count={shipments.length}>
        {shipments.map((shipment) => (
          <ShipmentDoc key={shipment.number} shipment={shipment} name={name} />
        ))}
      </Section>
      <Section title={t('fulfilment.subscriptions')} count={subscriptions.length}>
        {subscriptions.map((run) => (
          <SubscriptionDoc key={run.number} run={run} name={name} />
        ))}
      </Section>
      <Section title={t('fulfilment.returns')} count={returns.length}>
        {returns.map((one) => (
          <ReturnDoc
            key={one.number}
            order={one}
            name={name}
            action={mayReceive && isReceivedByHand(one, shipments) && <Receipt order={orderId} returned={one} />}
          />
        ))}
      </Section>
    </>
  );
}
