import { useTranslation } from 'react-i18next';
import type { Contract, Obligation } from '../api/books-types';
import { MoneyCell } from '../components/money-cell';
import { MonthBars } from '../components/month-bars';
import { signOf } from '../format/money';
import { useSay } from '../i18n/i18n';
import { monthRows, scheduledOf } from '../state/schedule';

/** The part of an obligation that has no month: recognised on delivery, or waiting for it. */
function Rest({ obligation, currency }: { obligation: Obligation; currency: string }) {
  const { t } = useTranslation();
  const { performed = '0', unscheduled = '0' } = obligation.schedule ?? {};
  const parts = [
    [t('schedule.performed'), performed],
    [t('schedule.unscheduled'), unscheduled],
  ] as const;
  return (
    <dl className="oh-facts oh-facts-line">
      {parts
        .filter(([, amount]) => signOf(amount) !== 0)
        .map(([name, amount]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <MoneyCell amount={amount} currency={currency} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

/** When one obligation becomes revenue: by month when it is served over time, else on delivery. */
export function ScheduleFold({
  obligation,
  currency,
  open,
}: {
  obligation: Obligation;
  currency: string;
  /** It is the only one with months, so that its months are those of the contract. */
  open: boolean;
}) {
  const { t } = useTranslation();
  const say = useSay();
  const rows = monthRows([obligation]);
  if (rows.length === 0) return <Rest obligation={obligation} currency={currency} />;
  const first = rows[0]?.period ?? '';
  const last = rows.at(-1)?.period ?? '';
  const name = say({ en: obligation.name, zh: obligation.nameZh });
  return (
    <details className="oh-fold" open={open}>
      <summary>{t('schedule.fold', { count: rows.length, first, last })}</summary>
      <MonthBars caption={t('schedule.of', { name })} rows={rows} currency={currency} />
      <Rest obligation={obligation} currency={currency} />
    </details>
  );
}

/** The whole contract by month, when several obligations make it up; a single one shows its months itself. */
export function ScheduleTotal({ contract, currency }: { contract: Contract; currency: string }) {
  const { t } = useTranslation();
  if (scheduledOf(contract.obligations).length < 2) return null;
  const rows = monthRows(contract.obligations);
  return (
    <section className="oh-panel">
      <h2>{t('schedule.title')}</h2>
      {contract.recognisedThrough !== undefined && (
        <p className="oh-caption">{t('schedule.through', { date: contract.recognisedThrough })}</p>
      )}
      <MonthBars caption={t('schedule.title')} rows={rows} currency={currency} />
    </section>
  );
}
