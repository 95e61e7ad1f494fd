import { useTranslation } from 'react-i18next';
import type { MonthRow } from '../state/schedule';
import { MoneyCell } from './money-cell';

/** Revenue by month: planned as an outline, recognised as what fills it. The figures are the table; the bar only draws them. */
export function MonthBars({
  caption,
  rows,
  currency,
}: {
  caption: string;
  rows: readonly MonthRow[];
  currency: string;
}) {
  const { t } = useTranslation();
  return (
    <table className="oh-months" data-testid="schedule">
      <caption className="oh-hidden">{caption}</caption>
      <thead className="oh-months-head">
        <tr>
          <th scope="col">{t('schedule.month')}</th>
          <th scope="col" className="oh-end">
            {t('schedule.planned')} {currency}
          </th>
          <th scope="col" className="oh-end">
            {t('revenue.recognised')} {currency}
          </th>
          <td className="oh-months-draw" />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.period}>
            <th scope="row" className="oh-number oh-months-name">
              {row.period}
            </th>
            <td className="oh-end">
              <MoneyCell amount={row.planned} currency={currency} bare />
            </td>
            <td className="oh-end">
              <MoneyCell amount={row.recognised} currency={currency} bare />
            </td>
            <td className="oh-months-draw" aria-hidden="true">
              <span className="oh-months-bar" style={{ width: `${row.plannedWidth}%` }} />
              <span className="oh-months-bar oh-months-done" style={{ width: `${row.recognisedWidth}%` }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
