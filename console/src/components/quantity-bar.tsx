import { useTranslation } from 'react-i18next';
import type { LineQuantities } from '../api/types';
import { formatQuantity, percentOf, signOf } from '../format/money';
import { useLang } from '../i18n/i18n';

const PARTS = ['delivered', 'inFulfilment', 'frozen', 'open', 'cancelled'] as const;

/** Where a line's units are, as one bar with the numbers beneath. Returned units are part of the delivered ones. */
export function QuantityBar({ quantities, ordered }: { quantities: LineQuantities; ordered: string }) {
  const { t } = useTranslation();
  const lang = useLang();
  const shown = [...PARTS, 'returned' as const].filter((part) => signOf(quantities[part]) !== 0);
  const words = shown.map((part) => `${formatQuantity(quantities[part], lang)} ${t(`quantity.${part}`)}`);
  return (
    <span className="oh-quantity">
      <span className="oh-quantity-bar" aria-hidden="true">
        {PARTS.map((part) => (
          <span
            key={part}
            className={`oh-quantity-${part}`}
            style={{ width: `${percentOf(quantities[part], ordered)}%` }}
          />
        ))}
      </span>
      <span className="oh-caption">{words.join(' · ')}</span>
    </span>
  );
}
