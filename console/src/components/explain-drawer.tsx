import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Obligation } from '../api/books-types';
import { formatMoney } from '../format/money';
import { useLang, useSay } from '../i18n/i18n';
import { useNarrow } from '../theme/use-media';
import { MoneyCell } from './money-cell';

/** Why an allocated amount is what it is: formula, inputs, fraction, rounding, and the paragraph of the standard. */
export function ExplainDrawer({
  obligation,
  currency,
  transactionPrice,
  onClose,
}: {
  obligation: Obligation | undefined;
  currency: string;
  transactionPrice: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const lang = useLang();
  const say = useSay();
  const narrow = useNarrow();
  const amount = obligation === undefined ? '' : formatMoney(obligation.allocated, currency, lang);
  return (
    <Drawer
      open={obligation !== undefined}
      onClose={onClose}
      size={narrow ? '100%' : 480}
      title={t('explain.title', { amount, currency })}
      destroyOnHidden
    >
      {obligation !== undefined && (
        <dl className="oh-facts oh-facts-tall">
          <dt>{t('revenue.obligation')}</dt>
          <dd>{say({ en: obligation.name, zh: obligation.nameZh })}</dd>
          <dt>{t('explain.formula')}</dt>
          <dd>
            <code>{obligation.explain.formula}</code>
          </dd>
          <dt>{t('revenue.transactionPrice')}</dt>
          <dd>
            <MoneyCell amount={transactionPrice} currency={currency} />
          </dd>
          <dt>{t('revenue.ssp')}</dt>
          <dd>
            <MoneyCell amount={obligation.standAlonePrice} currency={currency} />
          </dd>
          <dt>{t('explain.fraction')}</dt>
          <dd>
            <code>{obligation.explain.fraction}</code>
          </dd>
          <dt>{t('explain.rounding')}</dt>
          <dd>{say({ en: obligation.explain.rounding, zh: obligation.explain.roundingZh })}</dd>
          <dt>{t('explain.paragraph')}</dt>
          <dd>{obligation.explain.paragraph}</dd>
        </dl>
      )}
    </Drawer>
  );
}
