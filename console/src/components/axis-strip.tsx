import { useTranslation } from 'react-i18next';
import { AXES, type Axis, type OrderSummary } from '../api/types';
import { formatPercent } from '../format/money';
import { useSay } from '../i18n/i18n';
import { AXIS_NAMES, axisLook, isWarm } from '../state/states';
import { Glyph } from './glyph';

type Progress = Pick<OrderSummary, 'states' | 'shares' | 'attention'>;

/** Hue says which axis, fill how far, hatch that the outcome is unknown, the dot that somebody must act. */
function Bar({ axis, order }: { axis: Axis; order: Progress }) {
  const { tone } = axisLook(axis, order.states[axis]);
  return (
    <span className={`oh-bar oh-axis-${axis}`}>
      <span className="oh-bar-fill" style={{ width: `${Math.round((order.shares[axis] ?? 0) * 100)}%` }} />
      {isWarm(tone) && <span className="oh-bar-dot" />}
    </span>
  );
}

function useSentence(order: Progress): (axis: Axis) => string {
  const say = useSay();
  const { t } = useTranslation();
  return (axis) =>
    t('order.share', {
      axis: say(AXIS_NAMES[axis]),
      state: say(axisLook(axis, order.states[axis])),
      percent: formatPercent(order.shares[axis] ?? 0),
    });
}

/** The order's five short bars, always commercial, fulfilment, billing, payment, revenue. */
export function AxisStrip({ order }: { order: Progress }) {
  const sentence = useSentence(order);
  const words = AXES.map(sentence).join('; ');
  return (
    <span className="oh-strip" role="img" aria-label={words} title={words.replaceAll('; ', '\n')}>
      {AXES.map((axis) => (
        <Bar key={axis} axis={axis} order={order} />
      ))}
    </span>
  );
}

/** The letters over a column of strips. */
export function AxisHead({ label }: { label: string }) {
  const say = useSay();
  return (
    <span className="oh-strip oh-strip-head" role="img" aria-label={label}>
      {AXES.map((axis) => (
        <span key={axis} className="oh-strip-letter" title={say(AXIS_NAMES[axis])}>
          {say(AXIS_NAMES[axis].letter)}
        </span>
      ))}
    </span>
  );
}

/** The strip in full: name, bar and state word of each axis. */
export function AxisBadges({ order, label }: { order: Progress; label: string }) {
  const say = useSay();
  const sentence = useSentence(order);
  return (
    <ul className="oh-badges" aria-label={label}>
      {AXES.map((axis) => {
        const look = axisLook(axis, order.states[axis]);
        return (
          <li key={axis} className="oh-badge" title={sentence(axis)}>
            <span className="oh-badge-name">{say(AXIS_NAMES[axis])}</span>
            <Bar axis={axis} order={order} />
            <span className={`oh-badge-state${isWarm(look.tone) ? ` oh-text-${look.tone}` : ''}`}>
              {look.tone !== 'quiet' && isWarm(look.tone) && <Glyph tone={look.tone} />}
              {say(look)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
