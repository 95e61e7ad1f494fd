import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { useEffects, useOrder, useSession } from '../api/queries';
import type { OrderDetail } from '../api/types';
import { AxisBadges } from '../components/axis-strip';
import { Glyph } from '../components/glyph';
import { MoneyCell } from '../components/money-cell';
import { OrderState } from '../components/order-state';
import { PageHead } from '../components/page-head';
import { Loaded } from '../components/state-page';
import { useSay } from '../i18n/i18n';
import { may } from '../state/may';
import { taskPath } from '../state/paths';
import { useNarrow } from '../theme/use-media';
import { OrderActions } from './order-actions';
import { Attachments } from './order-attachments';
import { EffectsTab } from './order-effects';
import { FulfilmentTab } from './order-fulfilment';
import { JourneyTab } from './order-journey';
import { LinesTab } from './order-lines';
import { RevenueTab } from './order-revenue';

/** What stops the order, and the one step that unblocks it. */
function Blockers({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const say = useSay();
  const session = useSession().data;
  const holds = order.holds.filter((h) => h.released === undefined);
  const openAmendments = order.order.amendments.filter(({ state }) => state === 'proposed' || state === 'frozen');
  const unknown = useEffects({ order: order.orderId, state: 'unknown' }, may(session, 'effect:read'));
  return (
    <>
      {unknown.data?.items.map((e) => (
        <p key={e.key} className="oh-banner oh-tone-unknown">
          <Glyph tone="unknown" />
          <span>{t('effects.unknownText', { connection: e.connection, number: e.businessKey })}</span>
          <Link to="?tab=effects">{t('order.tab.effects')}</Link>
        </p>
      ))}
      {holds.map((h) => (
        <p key={h.id} className="oh-banner oh-tone-attention">
          <Glyph tone="attention" />
          <span>{t('order.heldBy', { reason: say({ en: h.reason, zh: h.reasonZh }) })}</span>
          <span className="oh-caption">{h.by}</span>
        </p>
      ))}
      {order.rejection?.map((r) => (
        <p key={r.rule} className="oh-banner oh-tone-refused">
          <Glyph tone="refused" />
          <span>{t('order.rejectedBy', { rule: r.rule, why: say({ en: r.why, zh: r.whyZh }) })}</span>
        </p>
      ))}
      {openAmendments.map((a) => (
        <p key={a.number} className="oh-banner oh-tone-running">
          <Glyph tone="running" />
          <span>{t('order.amending', { number: a.number, date: a.effectiveDate })}</span>
          <Link to="?tab=fulfilment">{t('order.tab.fulfilment')}</Link>
        </p>
      ))}
      {order.openTasks.map((task) => (
        <p key={task.taskId} className="oh-banner oh-tone-running">
          <Glyph tone="running" />
          <span>{t('order.waitsFor', { role: say(task.roleName), title: say(task.title) })}</span>
          <Link to={taskPath(task.taskId)}>{t('order.decide')}</Link>
        </p>
      ))}
    </>
  );
}

function Facts({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const { order: content } = order;
  const refs = order.refs.filter(({ type }) => type !== 'GL_VOUCHER');
  const terms = content.paymentTermsDays;
  const narrow = useNarrow();
  const facts: [string, string | undefined][] = [
    [t('order.fact.date'), content.orderDate],
    [t('order.fact.customer'), order.customer.code],
    [t('order.fact.seller'), content.seller],
    [t('order.fact.po'), content.poNumber],
    [t('order.fact.contract'), content.contractNumber],
    [t('order.fact.terms'), terms === undefined ? undefined : t('order.fact.days', { days: terms })],
    [t('order.fact.elsewhere'), refs.length === 0 ? undefined : refs.map((r) => `${r.connection} ${r.id}`).join(', ')],
  ];
  const list = (
    <dl className="oh-facts oh-facts-line" aria-label={t('order.facts')}>
      {facts
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
  if (!narrow) return list;
  return (
    <details className="oh-fold">
      <summary>{t('order.facts')}</summary>
      {list}
    </details>
  );
}

function Body({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const tab = params.get('tab') ?? 'journey';
  return (
    <>
      <PageHead
        name={order.orderNumber}
        up={{ to: '/orders', text: t('orders.title') }}
        title={<span className="oh-number">{order.orderNumber}</span>}
      >
        <span className="oh-head-second">{order.customer.name}</span>
        <span className="oh-head-figure">
          <MoneyCell amount={order.gross} currency={order.currency} />
        </span>
        <span className="oh-caption">{t('order.revision', { revision: order.revision })}</span>
        <OrderState order={order} />
        <OrderActions order={order} />
      </PageHead>
      <Blockers order={order} />
      <AxisBadges order={order} label={t('order.axes')} />
      <Facts order={order} />
      <Tabs
        activeKey={tab}
        onChange={(key) => setParams({ tab: key })}
        destroyOnHidden
        items={[
          { key: 'journey', label: t('order.tab.journey'), children: <JourneyTab order={order.orderId} /> },
          {
            key: 'lines',
            label: (
              <>
                {t('order.tab.lines')} <span className="oh-count">{order.order.lines.length}</span>
              </>
            ),
            children: <LinesTab order={order} />,
          },
          {
            key: 'fulfilment',
            label: t('order.tab.fulfilment'),
            children: <FulfilmentTab orderId={order.orderId} order={order.order} />,
          },
          { key: 'revenue', label: t('order.tab.revenue'), children: <RevenueTab order={order} /> },
          { key: 'effects', label: t('order.tab.effects'), children: <EffectsTab order={order.orderId} /> },
        ]}
      />
      <Attachments order={order.orderId} />
    </>
  );
}

export function Page() {
  const { order = '' } = useParams();
  const result = useOrder(order);
  return <Loaded result={result}>{(data) => <Body order={data} />}</Loaded>;
}
