import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { useDecide, useTask, useTasks } from '../api/queries';
import type { Decision, TaskDetail } from '../api/types';
import { DecisionBar } from '../components/decision-bar';
import { useLineName } from '../components/doc';
import { problemOf } from '../components/error-panel';
import { Icon } from '../components/icon';
import { MoneyCell } from '../components/money-cell';
import { PageHead } from '../components/page-head';
import { DueDate, useAction } from '../components/plan-steps';
import { Sheet, type SheetPlan } from '../components/sheet';
import { StateChip } from '../components/state-chip';
import { Loaded } from '../components/state-page';
import { TaskPath } from '../components/task-path';
import { useRelative } from '../components/time-text';
import { useKeys } from '../components/use-keys';
import { formatQuantity } from '../format/money';
import { useLang, useSay } from '../i18n/i18n';
import { STEP_STATES } from '../state/fulfilment-words';
import { orderPath, taskPath } from '../state/paths';
import { less } from '../state/plan';
import { TASK_STATES } from '../state/states';
import { RevenueChange } from './decision-revenue';
import { Attachments } from './order-attachments';
import { LineTable } from './order-lines';

/** Where the task stands among those that wait for me, and its neighbours. */
function useQueue(taskId: string) {
  const items = useTasks({ state: 'waiting', mine: true, limit: 50 }).data?.items ?? [];
  const at = items.findIndex((i) => i.taskId === taskId);
  return {
    at,
    of: items.length,
    previous: at > 0 ? items[at - 1]?.taskId : undefined,
    next: at >= 0 ? items[at + 1]?.taskId : items[0]?.taskId,
  };
}

function Position({ queue, onGo }: { queue: ReturnType<typeof useQueue>; onGo: (task: string | undefined) => void }) {
  const { t } = useTranslation();
  if (queue.at < 0) return null;
  return (
    <span className="oh-position">
      <span className="oh-caption">{t('task.position', { at: queue.at + 1, of: queue.of })}</span>
      <Button
        size="small"
        aria-label={t('task.previous')}
        disabled={queue.previous === undefined}
        icon={<Icon name="back" />}
        onClick={() => onGo(queue.previous)}
      />
      <Button
        size="small"
        aria-label={t('task.next')}
        disabled={queue.next === undefined}
        icon={<Icon name="next" />}
        onClick={() => onGo(queue.next)}
      />
    </span>
  );
}

/** Which step of which line a to-do asks for, how many units of it are left, and by when. */
function StepFacts({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const lang = useLang();
  const action = useAction();
  const name = useLineName(task.order);
  const step = task.order.plan.find((s) => s.stepId === task.stepId);
  if (step === undefined) return null;
  const dueDate = task.dueDate ?? step.dueDate;
  return (
    <>
      <dt>{t('task.line')}</dt>
      <dd>{name(step.lineId)}</dd>
      <dt>{t('task.step')}</dt>
      <dd>
        {action(step.action)} <StateChip look={STEP_STATES[step.state]} />
      </dd>
      <dt>{t('task.left')}</dt>
      <dd className="oh-number">{formatQuantity(less(step.quantity, step.done), lang)}</dd>
      {dueDate !== undefined && (
        <>
          <dt>{t('task.due')}</dt>
          <dd>
            <DueDate bare step={{ state: task.state === 'waiting' ? 'ready' : 'done', dueDate }} />
          </dd>
        </>
      )}
    </>
  );
}

function Signed({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const say = useSay();
  const { currency, order } = task;
  const sums = [
    [t('task.net'), order.net],
    [t('task.tax'), order.tax],
    [t('task.gross'), order.gross],
  ] as const;
  return (
    <section className="oh-panel">
      <h2>{t(task.kind === 'approval' ? 'task.sign' : 'task.do')}</h2>
      <p className="oh-signs">
        <strong>{task.customerName}</strong>
        <span className="oh-head-figure">
          <MoneyCell amount={task.gross} currency={currency} />
        </span>
      </p>
      <dl className="oh-facts">
        <dt>{t('task.whyYou')}</dt>
        <dd>{say(task.reason)}</dd>
        <StepFacts task={task} />
        {sums.map(([name, amount]) => (
          <div key={name} className="oh-facts-pair">
            <dt>{name}</dt>
            <dd>
              <MoneyCell amount={amount} currency={currency} />
            </dd>
          </div>
        ))}
      </dl>
      {task.kind === 'approval' && (
        <>
          <h3>{t('task.path')}</h3>
          <TaskPath steps={task.path} label={t('task.path')} />
        </>
      )}
    </section>
  );
}

function usePlan(task: TaskDetail, decision: Decision | undefined): SheetPlan | undefined {
  const { t } = useTranslation();
  if (decision === undefined) return undefined;
  const order = task.orderNumber;
  const plans: Record<Decision, SheetPlan> = {
    approve: {
      title: t('task.approveTitle', { order }),
      text: t('task.approveText'),
      field: t('task.comment'),
      verb: t('task.approve'),
      testId: 'confirm-approve',
    },
    reject: {
      title: t('task.rejectTitle', { order }),
      text: t('task.rejectText'),
      field: t('task.comment'),
      needed: t('task.reasonNeeded'),
      verb: t('task.reject'),
      danger: true,
      testId: 'confirm-reject',
    },
    done: {
      title: t('task.doneTitle', { order }),
      text: t('task.doneText'),
      field: t('task.comment'),
      verb: t('task.done'),
      testId: 'confirm-done',
    },
  };
  return plans[decision];
}

/** The order's revision when the page was opened; deciding waits while it differs from what was read. */
function useReread(revision: number): { changed: boolean; read: () => void } {
  const [seen, setSeen] = useState(revision);
  return { changed: revision !== seen, read: () => setSeen(revision) };
}

const TOASTS = { approve: 'task.approved', reject: 'task.rejected', done: 'task.finished' } as const;

function Body({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const say = useSay();
  const relative = useRelative();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [decision, setDecision] = useState<Decision>();
  const decide = useDecide(task.taskId);
  const queue = useQueue(task.taskId);
  const reread = useReread(task.revision);
  const plan = usePlan(task, decision);
  const open = task.state === 'waiting' && task.mayDecide && !reread.changed;
  const go = (to: string | undefined): void => void (to !== undefined && navigate(taskPath(to)));
  const back = (): void => void navigate('/inbox');
  const begin = (d: Decision): void => {
    const fits = task.kind === 'todo' ? d === 'done' : d !== 'done';
    if (open && fits) setDecision(d);
  };

  useKeys({
    a: () => begin(task.kind === 'todo' ? 'done' : 'approve'),
    r: () => begin('reject'),
    j: () => go(queue.next),
    k: () => go(queue.previous),
    Escape: back,
  });
  useEffect(() => setDecision((d) => (open ? d : undefined)), [open]);

  const confirm = (comment: string): void => {
    if (decision === undefined) return;
    const following = queue.next ?? queue.previous;
    decide.mutate(comment === '' ? { decision } : { decision, comment }, {
      onSuccess: () => {
        void message.success(t(TOASTS[decision], { order: task.orderNumber }));
        void navigate(following === undefined ? '/inbox' : taskPath(following));
      },
    });
  };

  return (
    <>
      <PageHead
        name={say(task.title)}
        up={{ to: '/inbox', text: t('inbox.title') }}
        title={<Link to={orderPath(task.orderNumber)}>{task.orderNumber}</Link>}
      >
        <span className="oh-head-second">{say(task.title)}</span>
        {task.state === 'waiting' ? (
          <span className="oh-caption">
            {t('task.since', { role: say(task.roleName), time: relative(task.createdAt) })}
          </span>
        ) : (
          <StateChip look={TASK_STATES[task.state]} />
        )}
        <Position queue={queue} onGo={go} />
      </PageHead>
      {task.state !== 'waiting' && (
        <p className="oh-banner oh-tone-planned" role="status">
          {t('task.closedBy', {
            state: say(TASK_STATES[task.state]),
            name: task.decidedBy ?? '–',
            time: task.decidedAt === undefined ? '' : relative(task.decidedAt),
          })}
          {task.comment !== undefined && ` “${task.comment}”`}
        </p>
      )}
      {task.state === 'waiting' && !task.mayDecide && (
        <p className="oh-banner oh-tone-planned" role="status">
          {t('task.notYours', { role: say(task.roleName) })}
        </p>
      )}
      {reread.changed && (
        <p className="oh-banner oh-tone-attention" role="alert">
          {t('task.changed', { revision: task.revision })}
          <Button size="small" onClick={reread.read}>
            {t('task.reread')}
          </Button>
        </p>
      )}
      {task.kind === 'todo' ? (
        <Signed task={task} />
      ) : (
        <div className="oh-halves">
          <Signed task={task} />
          <section className="oh-panel">
            <h2>{t('task.revenue')}</h2>
            <RevenueChange task={task} />
          </section>
        </div>
      )}
      <section className="oh-panel">
        <h2>
          {t('task.lines', { count: task.order.lines.length })}
          <span className="oh-caption"> {t('task.revision', { revision: task.revision })}</span>
        </h2>
        <LineTable order={task.order} />
      </section>
      <Attachments order={task.orderId} task={task.taskId} />
      {open && <DecisionBar kind={task.kind} onDecide={begin} />}
      <Sheet
        plan={plan}
        busy={decide.isPending}
        problem={decide.error === null ? undefined : problemOf(decide.error)}
        onConfirm={confirm}
        onClose={() => {
          decide.reset();
          setDecision(undefined);
        }}
      />
    </>
  );
}

/** Decide safely in two steps: what is signed, what it changes, who else signs; then a sheet that says what follows. */
export function Page() {
  const { task = '' } = useParams();
  const result = useTask(task);
  return <Loaded result={result}>{(data) => <Body key={data.taskId} task={data} />}</Loaded>;
}
