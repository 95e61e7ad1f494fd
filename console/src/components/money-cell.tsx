import { useTranslation } from 'react-i18next';
import { formatMoney } from '../format/money';
import { useLang } from '../i18n/i18n';

interface Props {
  amount: string;
  /** ISO 4217; shown after the digits unless `bare`. */
  currency: string;
  /** The column or line names the currency already. */
  bare?: boolean;
  sign?: 'auto' | 'always';
  /** Opens the explanation of this amount. */
  onWhy?: () => void;
}

/** An amount: exact, digits of equal width, a true minus sign. */
export function MoneyCell({ amount, currency, bare = false, sign = 'auto', onWhy }: Props) {
  const { t } = useTranslation();
  const text = formatMoney(amount, currency, useLang(), sign);
  return (
    <span className="oh-money">
      {text}
      {!bare && <span className="oh-code"> {currency}</span>}
      {onWhy !== undefined && (
        <button type="button" className="oh-why" aria-label={t('common.whyOf', { amount: text })} onClick={onWhy}>
          {t('common.why')}
        </button>
      )}
    </span>
  );
}
