import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useEffects, useOrders, useSession, useTasks } from '../api/queries';
import type { Page as Cursor } from '../api/types';
import { ErrorPanel, problemOf } from '../components/error-panel';
import { Glyph } from '../components/glyph';
import { MoneyCell } from '../components/money-cell';
import { OrderTable } from '../components/order-table';
import { PageHead } from '../components/page-head';
import { Loaded, StatePage, Waiting } from '../components/state-page';
import { useRelative } from '../components/time-text';
import { sumByCurrency } from '../format/money';
import { may } from '../state/may';
import type { LookTone } from '../state/states';

interface Need {
  key: 'approvals' | 'held' | 'rejected' | 'unknown' | 'stopped';
  tone: Exclude<LookTone, 'quiet'>;
  to: string;
  count: number;
  /** There are more than were counted. */
  more: boolean;
  sums: { currency: string; gross: string }[];
  oldest?: string;
}

const LIMIT = 50;

/** What waits for me, from what the hub lists; a sum is left out when the list was cut. */
function useNeeds() {
  const session = useSession().data;
  const reads = may(session, 'order:read');
  const effects = may(session, 'effect:read');
  const tasks = useTasks({ state: 'waiting', mine: true, limit: LIMIT }, may(session, 'task:read'));
  const held = useOrders({ view: 'held', limit: LIMIT }, reads);
  const rejected = useOrders({ view: 'rejected', limit: LIMIT }, reads);
  const unknown = useEffects({ state: 'unknown', limit: LIMIT }, effects);
  const refused = useEffects({ state: 'refused', limit: LIMIT }, effects);
  const parked = useEffects({ state: 'parked', limit: LIMIT }, effects);

  const money = (page: Cursor<{ currency: string; gross: string }> | undefined): Need['sums'] =>
    page === undefined || page.next !== undefined ? [] : sumByCurrency(page.items);
  const count = (page: Cursor<unknown> | undefined): Pick<Need, 'count' | 'more'> => ({
    count: page?.items.length ?? 0,
    more: page?.next !== undefined,
  });
  const earliest = (times: readonly string[]): Partial<Need> => {
    const [oldest] = [...times].sort();
    return oldest === undefined ? {} : { oldest };
  };
  const stopped = { items: [...(refused.data?.items ?? []), ...(parked.data?.items ?? [])] };
  const needs: Need[] = [
    {
      key: 'approvals',
      tone: 'running',
      to: '/inbox',
      sums: money(tasks.data),
      ...count(tasks.data),
      ...(tasks.data?.next === undefined ? earliest((tasks.data?.items ?? []).map((i) => i.createdAt)) : {}),
    },
    {
      key: 'unknown',
      tone: 'unknown',
      to: '/effects?state=unknown',
      sums: [],
      ...count(unknown.data),
      ...earliest((unknown.data?.items ?? []).flatMap((e) => e.attempts.slice(0, 1).map((a) => a.at))),
    },
    {
      key: 'stopped',
      tone: parked.data?.items.length ? 'parked' : 'refused',
      to: parked.data?.items.length && !refused.data?.items.length ? '/effects?state=parked' : '/effects?state=refused',
      sums: [],
      count: stopped.items.length,
      more: refused.data?.next !== undefined || parked.data?.next !== undefined,
    },
    { key: 'held', tone: 'attention', to: '/orders?view=held', sums: money(held.data), ...count(held.data) },
    {
      key: 'rejected',
      tone: 'refused',
      to: '/orders?view=rejected',
      sums: money(rejected.data),
      ...count(rejected.data),
    },
  ];
  const results = [tasks, held, rejected, unknown, refused, parked];
  return {
    needs: needs.filter((n) => n.count > 0),
    pending: results.some((r) => r.isLoading),
    failed: results.find((r) => r.error !== null),
  };
}

function NeedRow({ need }: { need: Need }) {
  const { t } = useTranslation();
  const relative = useRelative();
  const shown = need.more ? t('common.atLeast', { count: need.count }) : need.count;
  return (
    <li>
      <Link to={need.to} className="oh-need">
        <span className={`oh-text-${need.tone}`}>
          <Glyph tone={need.tone} />
        </span>
        <span className="oh-need-what">{t(`home.${need.key}`, { count: need.count, shown })}</span>
        <span className="oh-need-sums">
          {need.sums.map((s) => (
            <MoneyCell key={s.currency} amount={s.gross} currency={s.currency} />
          ))}
        </span>
        <span className="oh-need-age oh-caption">
          {need.oldest !== undefined && t('home.oldest', { time: relative(need.oldest) })}
        </span>
      </Link>
    </li>
  );
}

/** Is anything waiting for me? */
export function Page() {
  const { t } = useTranslation();
  const session = useSession().data;
  const { needs, pending, failed } = useNeeds();
  const latest = useOrders({ view: 'all', limit: 8 }, may(session, 'order:read'));
  return (
    <>
      <PageHead title={t('home.title')} name={t('home.title')} />
      <section className="oh-panel oh-needs" aria-live="polite">
        <h2>{t('home.needsMe')}</h2>
        {failed !== undefined && <ErrorPanel problem={problemOf(failed.error)} onRetry={() => void failed.refetch()} />}
        {pending && <Waiting rows={4} />}
        {!pending && failed === undefined && needs.length === 0 && (
          <StatePage title={t('home.quiet')} text={t('home.quietText')} />
        )}
        <ul>
          {needs.map((need) => (
            <NeedRow key={need.key} need={need} />
          ))}
        </ul>
      </section>
      {may(session, 'order:read') && (
        <section className="oh-panel">
          <h2>
            {t('home.latest')}
            <Link to="/orders" className="oh-h2-link">
              {t('home.see')}
            </Link>
          </h2>
          <Loaded result={latest} rows={8}>
            {(page) =>
              page.items.length === 0 ? (
                <StatePage title={t('orders.empty')} text={t('orders.emptyText')} />
              ) : (
                <OrderTable rows={page.items} caption={t('home.latest')} />
              )
            }
          </Loaded>
        </section>
      )}
    </>
  );
}
