import { useTranslation } from 'react-i18next';
import type { TimelineItem } from '../api/types';
import { useSay } from '../i18n/i18n';
import { groupByDay, type JourneyRow } from '../state/journey';
import { Glyph } from './glyph';
import { JsonView } from './json-view';
import { TimeText } from './time-text';

interface Props {
  rows: readonly JourneyRow[];
  /** Id of the chosen row's newest element. */
  selected: string | null;
  onSelect: (id: string) => void;
}

function RowMark({ item }: { item: TimelineItem }) {
  return (
    <span className={`oh-text-${item.tone}`}>
      {item.tone === 'neutral' ? <span className="oh-glyph oh-glyph-dot" /> : <Glyph tone={item.tone} />}
    </span>
  );
}

/** What happened to the order, by day, oldest first; all attempts of one effect are one row. */
export function Journey({ rows, selected, onSelect }: Props) {
  const { t } = useTranslation();
  const say = useSay();
  return (
    <div className="oh-journey">
      {groupByDay(rows).map(({ day, rows: of }) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`}>{day}</h2>
          <ol>
            {of.map(({ id, head, steps }) => (
              <li key={steps[0]?.id ?? id}>
                <button
                  type="button"
                  className="oh-journey-row"
                  aria-pressed={id === selected}
                  onClick={() => onSelect(id)}
                >
                  <TimeText instant={(steps[0] ?? head).at} kind="clock" />
                  <span className="oh-journey-kind">{t(`journey.kind.${head.kind}`)}</span>
                  <RowMark item={head} />
                  <span className="oh-journey-text">
                    {say(head.title)}
                    {head.detail !== undefined && <span className="oh-caption"> {say(head.detail)}</span>}
                  </span>
                  <span className="oh-caption oh-journey-end">
                    {steps.length > 1 ? t('journey.steps', { count: steps.length }) : head.by}
                  </span>
                </button>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

/** Everything known about one row: each folded step, who, and the data. */
export function JourneyElement({ row }: { row: JourneyRow }) {
  const { t } = useTranslation();
  const say = useSay();
  return (
    <ol className="oh-steps">
      {row.steps.map((step) => (
        <li key={step.id}>
          <p className="oh-steps-head">
            <RowMark item={step} />
            <strong>{say(step.title)}</strong>
          </p>
          <p className="oh-caption">
            <TimeText instant={step.at} kind="exact" />
            {step.by !== undefined && ` · ${t('common.by', { name: step.by })}`}
          </p>
          {step.detail !== undefined && <p>{say(step.detail)}</p>}
          {step.ref !== undefined && (
            <p className="oh-caption">
              <code>{step.ref.id}</code>
            </p>
          )}
          {step.data !== undefined && <JsonView value={step.data} label={t('common.details')} />}
        </li>
      ))}
    </ol>
  );
}
