import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/queries';
import type { OrderDetail } from '../api/types';
import { may } from '../state/may';
import { returnables } from '../state/returns';
import { AmendSheet } from './order-amend-sheet';
import { ReturnSheet } from './order-return-sheet';

/** What may be done to the order as it stands, by whoever may. */
export function OrderActions({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const session = useSession().data;
  const [sheet, setSheet] = useState<'return' | 'amend'>();
  const close = (): void => setSheet(undefined);
  const { commercial } = order.states;
  const open = order.order.amendments.some(({ state }) => state === 'proposed' || state === 'frozen');
  const mayAmend = may(session, 'order:amend') && !open && (commercial === 'accepted' || commercial === 'amended');
  const mayReturn = may(session, 'order:return') && returnables(order.order.lines, order.order.returns).length > 0;
  return (
    <span className="oh-head-actions">
      {mayReturn && (
        <Button data-testid="return" onClick={() => setSheet('return')}>
          {t('return.open')}
        </Button>
      )}
      {mayAmend && (
        <Button data-testid="amend" onClick={() => setSheet('amend')}>
          {t('amend.open')}
        </Button>
      )}
      <ReturnSheet order={order} open={sheet === 'return'} onClose={close} />
      <AmendSheet order={order} open={sheet === 'amend'} onClose={close} />
    </span>
  );
}
