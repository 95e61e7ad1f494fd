import type { PathStep } from '../api/types';
import { useSay } from '../i18n/i18n';
import { lookOf, PATH_STATES } from '../state/states';
import { StateChip } from './state-chip';
import { TimeText } from './time-text';

/** The approval path in turn: who had it, who has it, who comes. */
export function TaskPath({ steps, label }: { steps: readonly PathStep[]; label: string }) {
  const say = useSay();
  return (
    <ol className="oh-path" aria-label={label}>
      {steps.map((step) => (
        <li key={step.role} aria-current={step.state === 'waiting' ? 'step' : undefined}>
          <span className="oh-path-role">{say(step.roleName)}</span>
          <StateChip look={lookOf(PATH_STATES, step.state)} />
          {step.by !== undefined && <span className="oh-caption">{step.by}</span>}
          {step.at !== undefined && (
            <span className="oh-caption">
              <TimeText instant={step.at} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
