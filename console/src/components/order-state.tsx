import { useTranslation } from 'react-i18next';
import type { OrderSummary } from '../api/types';
import { useSay } from '../i18n/i18n';
import { AXIS_STATES, lookOf } from '../state/states';
import { StateChip } from './state-chip';

/** The hub's words stand in sentences; alone they begin with a capital. */
const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The one word for the order. Warm only when it is held, rejected or somebody must act. */
export function OrderState({ order }: { order: Pick<OrderSummary, 'label' | 'held' | 'attention' | 'states'> }) {
  const { t } = useTranslation();
  const say = useSay();
  if (order.held) return <StateChip look={{ tone: 'attention', en: t('orders.held'), zh: t('orders.held') }} />;
  const label = { ...order.label, en: capitalise(order.label.en) };
  const commercial = lookOf(AXIS_STATES.commercial, order.states.commercial);
  if (commercial.tone === 'refused') return <StateChip look={{ ...commercial, ...label }} />;
  if (order.attention) return <StateChip look={{ tone: 'attention', ...label }} />;
  return <span className="oh-state-quiet">{say(label)}</span>;
}
